#include "verify/verifications.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <asio/post.hpp>
#include <utility>

#include "base/log.hpp"

namespace skyn3t::verify {
namespace {

constexpr std::size_t kSideBySide = 4;
constexpr std::size_t kWorkers = 2;

}  // namespace

Verifications::Verifications(std::unique_ptr<const Equipment> equipment, std::string reason,
                             asio::any_io_executor executor, FindDirectory directory,
                             const Clock& clock)
    : equipment_(std::move(equipment)),
      reason_(std::move(reason)),
      executor_(std::move(executor)),
      directory_(std::move(directory)),
      clock_(clock),
      workers_(kWorkers) {}

Verifications::~Verifications() {
    workers_.stop();
    workers_.join();
}

Result<std::vector<call::TenantPtr>> Verifications::tenants(
    const std::vector<std::string>& codes) const {
    const auto directory = directory_();
    if (codes.empty()) {
        if (directory->all().empty()) return fail(Errc::not_found, "there is no community yet");
        return directory->all();
    }
    std::vector<call::TenantPtr> wanted;
    for (const auto& code : codes) {
        auto tenant = directory->of_code(code);
        if (!tenant) return fail(Errc::not_found, fmt::format("there is no community {}", code));
        if (std::find(wanted.begin(), wanted.end(), tenant) == wanted.end())
            wanted.push_back(std::move(tenant));
    }
    return wanted;
}

Result<rest::VerificationView> Verifications::start(const rest::VerificationRequest& request) {
    if (!equipment_) return fail(Errc::unsupported, reason_);
    auto wanted = tenants(request.codes);
    if (!wanted) return tl::unexpected(wanted.error());
    const Ring ring = request.ring ? Ring::real_phones : Ring::probe;
    rest::VerificationView view;
    view.sid = VerificationSid::generate();
    view.started = clock_.wall();
    for (const auto& tenant : *wanted)
        view.communities.push_back(
            {tenant->community.code, tenant->community.name, checks_of(tenant->community, ring)});
    if (const auto begun = board_.begin(view); !begun) return tl::unexpected(begun.error());
    asio::post(executor_, [this, sid = view.sid, tenants = std::move(*wanted), ring] {
        run(sid, tenants, ring);
    });
    return view;
}

void Verifications::run(const VerificationSid& sid, const std::vector<call::TenantPtr>& tenants,
                        Ring ring) {
    log::info("verification began sid={} communities={}", sid.str(), tenants.size());
    sid_ = sid;
    checks_.clear();
    begun_ = done_ = 0;
    for (std::size_t i = 0; i < tenants.size(); ++i)
        checks_.push_back(std::make_unique<CommunityCheck>(
            *equipment_, workers_, tenants[i], ring,
            [this, sid, i](const rest::Check& check) { board_.update(sid, i, check); }));
    for (std::size_t i = 0; i < kSideBySide; ++i) start_next();
}

void Verifications::start_next() {
    if (begun_ == checks_.size()) return;
    checks_[begun_++]->start([this] { on_done(); });
}

void Verifications::on_done() {
    start_next();
    if (++done_ < checks_.size()) return;
    board_.end(sid_);
    log::info("verification ended sid={}", sid_.str());
}

}  // namespace skyn3t::verify
