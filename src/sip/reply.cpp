#include "sip/reply.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "base/text.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

std::string_view Reply::header(std::string_view name) const {
    const auto found = std::ranges::find_if(
        headers, [&](const auto& field) { return iequals(field.first, name); });
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::string response_text(const Message& request, const Reply& reply) {
    auto builder = MessageBuilder::response_to(request, reply.status, reply.reason, random_hex(8));
    for (const auto& [name, value] : reply.headers) builder.header(name, value);
    return builder.build();
}

}  // namespace skyn3t::sip
