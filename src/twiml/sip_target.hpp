#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skyn3t::twiml {

// What <Sip> holds: sip:user@host[:port][;transport=...][?X-Name=value&...].
struct SipTarget {
    std::string uri;  // sip:, without headers; "sips:" has become transport=tls
    std::vector<std::pair<std::string, std::string>> headers;
};
using ReportFault = std::function<void(int code, std::string detail)>;

// Parts that can not be used are reported and left out (32110 to 32114, 13253); without a usable
// URI (13243) nothing is returned. Accepts what sip/ can dial; it does not look the host up.
[[nodiscard]] std::optional<SipTarget> parse_sip_target(std::string_view text,
                                                        const ReportFault& report);

}  // namespace skyn3t::twiml
