#include "sip/message_body.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "sip/grammar.hpp"

namespace skyn3t::sip {
namespace {

using Fault = MessageBody::Fault;

constexpr std::size_t kMostParts = 16;        // of one multipart body
constexpr unsigned kDeepestPart = 3;          // a multipart within a multipart
constexpr std::size_t kLongestBoundary = 70;  // RFC 2046 section 5.1.1

// A body or a body part: its fields that matter, and its content.
struct BodyPart {
    std::string_view type;  // Content-Type; empty when absent
    std::string_view disposition;
    std::string_view encoding;           // Content-Encoding
    std::string_view transfer_encoding;  // of parts only
    std::string_view content;
    unsigned depth = 0;  // 0: the message's own body
};

MessageBody read_part(const BodyPart& part);

// The next line without its end, which some gateways write without CR.
std::string_view take_body_line(std::string_view& rest) {
    const auto feed = rest.find('\n');
    std::string_view line = rest.substr(0, feed);
    rest.remove_prefix(feed == std::string_view::npos ? rest.size() : feed + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

void keep_part_field(BodyPart& part, std::string_view name, std::string_view value) {
    name = grammar::trimmed(name);
    value = grammar::trimmed(value);
    if (iequals(name, "Content-Transfer-Encoding")) part.transfer_encoding = value;
    switch (header_id(name)) {
        case HeaderId::content_type:
            part.type = value;
            break;
        case HeaderId::content_disposition:
            part.disposition = value;
            break;
        case HeaderId::content_encoding:
            part.encoding = value;
            break;
        default:
            break;
    }
}

// Fields up to a blank line, then the content. A value may go on in folded lines.
BodyPart parse_part(std::string_view text, unsigned depth) {
    BodyPart part;
    part.depth = depth;
    while (!text.empty()) {
        const char* begin = text.data();
        std::string_view line = take_body_line(text);
        if (line.empty()) break;
        while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
            const auto folded = take_body_line(text);
            line = {begin, static_cast<std::size_t>(folded.data() + folded.size() - begin)};
        }
        const auto colon = line.find(':');
        if (colon != std::string_view::npos)
            keep_part_field(part, line.substr(0, colon), line.substr(colon + 1));
    }
    part.content = text;
    return part;
}

enum class Delimiter { none, between, last };

Delimiter delimiter_in(std::string_view line, std::string_view boundary) {
    if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return Delimiter::none;
    const auto rest = grammar::trimmed(line.substr(2 + boundary.size()));
    if (rest.empty()) return Delimiter::between;
    return rest == "--" ? Delimiter::last : Delimiter::none;
}

// Calls `visit` with the text of each part; false when there is none, or too many. What stands
// before the first delimiter and after the last one belongs to nobody (RFC 2046 section 5.1.1).
template <class Visit>
bool each_part(std::string_view body, std::string_view boundary, Visit visit) {
    const char* begin = nullptr;  // of the part under way
    std::size_t parts = 0;
    const auto finish = [&](const char* end) {
        if (begin == nullptr) return true;
        if (++parts > kMostParts) return false;
        // The line end in front of a delimiter is the delimiter's.
        if (end > begin && end[-1] == '\n') --end;
        if (end > begin && end[-1] == '\r') --end;
        visit(std::string_view(begin, static_cast<std::size_t>(end - begin)));
        return true;
    };
    std::string_view rest = body;
    while (!rest.empty()) {
        const auto line = take_body_line(rest);
        const auto delimiter = delimiter_in(line, boundary);
        if (delimiter == Delimiter::none) continue;
        if (!finish(line.data())) return false;
        begin = rest.data();
        if (delimiter == Delimiter::last) return parts > 0;
    }
    // Without its last delimiter what has come is still whole: Content-Length said so.
    return finish(body.data() + body.size()) && parts > 0;
}

std::string_view boundary_of(const MediaType& type) {
    auto boundary = type.params.find("boundary").value_or(std::string_view{});
    if (boundary.size() >= 2 && boundary.front() == '"')
        boundary = boundary.substr(1, boundary.size() - 2);
    return boundary.size() <= kLongestBoundary ? boundary : std::string_view{};
}

MessageBody read_multipart(const BodyPart& whole, const MediaType& type) {
    const auto boundary = boundary_of(type);
    if (boundary.empty() || whole.depth == kDeepestPart) return {{}, Fault::malformed};
    // Of alternatives the last that is understood is the best one (RFC 2046 section 5.1.4), and
    // what is not understood is no fault. An unknown kind of multipart is read as mixed.
    const bool alternatives = iequals(type.subtype, "alternative");
    MessageBody found;
    const bool is_whole = each_part(whole.content, boundary, [&](std::string_view text) {
        const auto part = read_part(parse_part(text, whole.depth + 1));
        if (part.fault == Fault::none && !part.sdp.empty() && (alternatives || found.sdp.empty()))
            found.sdp = part.sdp;
        if (!alternatives && found.fault == Fault::none) found.fault = part.fault;
    });
    if (!is_whole) return {{}, Fault::malformed};
    return found;
}

bool is_as_it_is(std::string_view transfer_encoding) {
    for (const auto* plain : {"", "7bit", "8bit", "binary"})
        if (iequals(transfer_encoding, plain)) return true;
    return false;
}

// RFC 3261 section 20.11. What does not say how it is to be handled is required when it is all
// there is; beside an SDP it is not worth losing the call for.
bool may_be_ignored(const BodyPart& part, const ValueWithParams& disposition) {
    const auto handling = disposition.params.find("handling");
    if (handling && iequals(*handling, "optional")) return true;
    return part.depth > 0 && !(handling && iequals(*handling, "required"));
}

MessageBody read_part(const BodyPart& part) {
    const auto disposition = ValueWithParams::parse(part.disposition);
    const MessageBody not_understood{{},
                                     may_be_ignored(part, disposition) ? Fault::none : Fault::type};
    const auto type = MediaType::parse(part.type);
    if (!type) return not_understood;
    if (iequals(type->type, "multipart")) return read_multipart(part, *type);
    const bool is_session = disposition.value.empty() || iequals(disposition.value, "session");
    if (!type->is("application", "sdp") || !is_session) return not_understood;
    const bool is_plain = part.encoding.empty() || iequals(part.encoding, "identity");
    if (!is_plain || !is_as_it_is(part.transfer_encoding)) return {{}, Fault::encoding};
    return {part.content, Fault::none};
}

}  // namespace

MessageBody MessageBody::read(const Message& message) {
    BodyPart body;
    body.content = message.body();
    if (body.content.empty()) return {};
    const auto field = [&message](HeaderId id) {
        return message.first(id).value_or(std::string_view{});
    };
    body.type = field(HeaderId::content_type);
    body.disposition = field(HeaderId::content_disposition);
    body.encoding = field(HeaderId::content_encoding);
    if (!body.encoding.empty() && !iequals(body.encoding, "identity")) return {{}, Fault::encoding};
    // An answer that does not say what it is can only be the session description.
    if (body.type.empty()) return {body.content, Fault::type};
    return read_part(body);
}

}  // namespace skyn3t::sip
