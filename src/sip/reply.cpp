#include "sip/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/random.hpp"
#include "base/text.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

std::string_view Reply::header(std::string_view name) const {
    const auto found = std::ranges::find_if(
        headers, [&](const auto& field) { return iequals(field.first, name); });
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::string stateless_tag(const Message& request) {
    static const std::string kSecret = random_hex(16);
    std::string identity = kSecret;
    for (const std::string_view part :
         {request.call_id(), request.from_tag(), request.first(HeaderId::cseq).value_or("")}) {
        identity += part;
        identity += '\n';
    }
    return fmt::format("{:016x}", std::hash<std::string_view>{}(identity));
}

std::string response_text(const Message& request, const Reply& reply, std::string_view tag) {
    auto builder = MessageBuilder::response_to(request, reply.status, reply.reason,
                                               tag.empty() ? random_hex(8) : std::string(tag));
    for (const auto& [name, value] : reply.headers) builder.header(name, value);
    return builder.build();
}

}  // namespace skyn3t::sip
