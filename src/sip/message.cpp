#include "sip/message.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "sip/grammar.hpp"

namespace skyn3t::sip {

std::optional<std::string_view> Message::first(HeaderId id) const {
    for (const auto& field : fields_)
        if (field.id == id) return view(field.value);
    return std::nullopt;
}

std::optional<std::string_view> Message::first(std::string_view name) const {
    if (const auto id = header_id(name); id != HeaderId::other) return first(id);
    for (const auto& field : fields_)
        if (field.id == HeaderId::other && iequals(view(field.name), name))
            return view(field.value);
    return std::nullopt;
}

std::size_t Message::count(HeaderId id) const {
    std::size_t result = 0;
    for (const auto& field : fields_) result += field.id == id ? 1 : 0;
    return result;
}

Message::Field Message::field(std::size_t index) const {
    const auto& field = fields_.at(index);
    return {field.id, view(field.name), view(field.value)};
}

Message::Values Message::values(HeaderId id) const { return {*this, id}; }

bool Message::lists(HeaderId id, std::string_view token) const {
    for (const auto value : values(id))
        if (iequals(value, token)) return true;
    return false;
}

void Message::Values::Iterator::advance() {
    for (;;) {
        while (!rest_.empty()) {
            value_ = next_list_value(rest_);
            if (!value_.empty()) return;
        }
        const auto& fields = message_->fields_;
        while (next_field_ < fields.size() && fields[next_field_].id != id_) ++next_field_;
        if (next_field_ == fields.size()) {
            message_ = nullptr;
            return;
        }
        rest_ = message_->view(fields[next_field_++].value);
    }
}

std::size_t Message::Values::size() const {
    std::size_t result = 0;
    for (auto it = begin(); it != end(); ++it) ++result;
    return result;
}

Result<Via> Message::top_via() const {
    std::string_view rest = first(HeaderId::via).value_or(std::string_view{});
    return Via::parse(next_list_value(rest));
}

Result<NameAddr> Message::from() const {
    return NameAddr::parse(first(HeaderId::from).value_or(std::string_view{}));
}

Result<NameAddr> Message::to() const {
    return NameAddr::parse(first(HeaderId::to).value_or(std::string_view{}));
}

Result<CSeq> Message::cseq() const {
    return CSeq::parse(first(HeaderId::cseq).value_or(std::string_view{}));
}

std::string_view Message::call_id() const {
    return first(HeaderId::call_id).value_or(std::string_view{});
}

std::string_view Message::from_tag() const {
    const auto address = from();
    return address ? address->tag() : std::string_view{};
}

std::string_view Message::to_tag() const {
    const auto address = to();
    return address ? address->tag() : std::string_view{};
}

std::optional<std::uint8_t> Message::max_forwards() const {
    const auto value = first(HeaderId::max_forwards);
    if (!value) return std::nullopt;
    const auto number = parse_number(*value, 255);
    return number ? std::optional(static_cast<std::uint8_t>(*number)) : std::nullopt;
}

std::optional<std::chrono::seconds> Message::expires() const {
    const auto value = first(HeaderId::expires);
    if (!value) return std::nullopt;
    const auto seconds = parse_delta_seconds(*value);
    return seconds ? std::optional(*seconds) : std::nullopt;
}

void Message::set_source(std::string_view address, std::uint16_t port) {
    source_address_ = address;
    source_port_ = port;
}

std::string Message::stamped_top_via() const {
    std::string result;
    append_stamped_top_via(result);
    return result;
}

// The first Via line, whose first value is ours to stamp; what else stands on that line follows as
// it came.
void Message::append_stamped_top_via(std::string& out) const {
    std::string_view rest = first(HeaderId::via).value_or(std::string_view{});
    const std::string_view line = rest;
    const std::string_view top = next_list_value(rest);
    const auto via = source_address_.empty() ? fail(Errc::not_found) : Via::parse(top);
    if (!via || (!via->wants_rport && iequals(via->host, source_address_))) {
        out += line;
        return;
    }
    out += top.substr(0, top.size() - via->params.text().size());
    std::string_view params = via->params.text();
    while (const auto param = Params::next(params)) {
        if (iequals(param->name, "received") || iequals(param->name, "rport")) continue;
        out += ';';
        out += param->name;
        if (param->value.empty()) continue;
        out += '=';
        out += param->value;
    }
    fmt::format_to(std::back_inserter(out), ";received={}", source_address_);
    if (via->wants_rport) fmt::format_to(std::back_inserter(out), ";rport={}", source_port_);
    if (rest.empty()) return;
    out += ", ";
    out += grammar::trimmed(rest);
}

}  // namespace skyn3t::sip
