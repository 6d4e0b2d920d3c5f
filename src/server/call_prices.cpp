#include "server/call_prices.hpp"

#include "base/faults.hpp"
#include "base/log.hpp"

namespace skyn3t::server {

CallPrices::~CallPrices() {
    pause_.end();
    if (thread_.joinable()) thread_.join();
}

void CallPrices::start(seconds every) {
    thread_ = std::thread([this, every] {
        while (pause_.wait(every)) run_guarded("prices", [this] { look(); });
    });
}

std::size_t CallPrices::look() {
    const auto waiting = calls_.unpriced(node_, clock_.wall() - kPatience, kCallsPerLook);
    if (!waiting) {
        log::warn("what calls cost is not known reason={}", skyn3t::quoted(waiting.error().detail));
        return 0;
    }
    std::size_t found = 0;
    for (const auto& call : *waiting) {
        if (pause_.is_over()) break;
        const auto there = client_.fetch_call(call.sid.str());
        if (!there) {
            log::warn("Twilio does not say what a call cost call_sid={} reason={}", call.sid.str(),
                      skyn3t::quoted(there.error().message));
            if (there.error().is_general()) break;
            continue;
        }
        if (there->price.empty()) continue;
        if (const auto set = calls_.set_price(call, there->price, there->price_unit); !set) {
            log::warn("a call's price is not kept call_sid={} reason={}", call.sid.str(),
                      skyn3t::quoted(set.error().detail));
            break;
        }
        ++found;
    }
    return found;
}

}  // namespace skyn3t::server
