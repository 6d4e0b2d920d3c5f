#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip/digest.hpp"
#include "sip/message.hpp"

using namespace skyn3t;
using namespace skyn3t::sip;

namespace {

void read_addresses(const Message& message) {
    for (const auto id : {HeaderId::contact, HeaderId::route, HeaderId::record_route}) {
        for (const auto value : message.values(id)) {
            const auto address = NameAddr::parse(value);
            if (!address) continue;
            static_cast<void>(address->expires());
            static_cast<void>(address->q_thousandths());
            static_cast<void>(unquoted(address->display_name));
            const auto uri = UriView::parse(address->uri);
            if (!uri) continue;
            static_cast<void>(address_of_record_key(*uri));
            static_cast<void>(equivalent(*uri, *uri));
        }
    }
}

void read_fields(const Message& message) {
    for (std::size_t i = 0; i < message.field_count(); ++i) {
        const auto value = message.field(i).value;
        static_cast<void>(DigestParams::parse(value));
        static_cast<void>(MediaType::parse(value));
        static_cast<void>(RAck::parse(value));
        static_cast<void>(parse_delta_seconds(value));
        static_cast<void>(ValueWithParams::parse(value).params.well_formed());
    }
    static_cast<void>(strongest_challenge(message));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto message = Message::parse({reinterpret_cast<const char*>(data), size});
    if (!message) return 0;
    read_addresses(*message);
    read_fields(*message);
    if (message->is_response()) return 0;
    message->set_source("192.0.2.1", 5060);
    const auto answer = Message::parse(MessageBuilder::response_to(*message, 400, {}, "t")
                                           .copy(*message, HeaderId::route)
                                           .build());
    // A good request always gets a good answer, with as many fields as we wrote.
    if (message->defect() == nullptr && (!answer || answer->to_tag().empty())) std::abort();
    return 0;
}
