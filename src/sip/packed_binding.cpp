#include "sip/packed_binding.hpp"

namespace skyn3t::sip {
namespace {

constexpr char kBetweenPaths = '\n';  // no header value has one

std::string joined(const std::vector<std::string>& path) {
    std::string text;
    for (const auto& value : path) {
        if (!text.empty()) text += kBetweenPaths;
        text += value;
    }
    return text;
}

std::vector<std::string> parted(std::string_view text) {
    std::vector<std::string> path;
    while (!text.empty()) {
        const auto end = text.find(kBetweenPaths);
        path.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return path;
}

}  // namespace

PackedBinding::PackedBinding(const Binding& binding)
    : cseq_(binding.cseq),
      id_(binding.id),
      registered_(binding.registered),
      refreshed_(binding.refreshed),
      expires_(binding.expires),
      source_(binding.source),
      q_(binding.q),
      reg_id_(binding.reg_id),
      generation_(binding.generation) {
    const auto path = joined(binding.path);
    const std::array<std::string_view, kParts> parts{binding.contact,
                                                     binding.instance,
                                                     binding.sip_call_id,
                                                     binding.visibility,
                                                     binding.user_agent,
                                                     binding.node,
                                                     path};
    std::size_t size = 0;
    for (const auto text : parts) size += text.size();
    text_.reserve(size);
    for (std::size_t i = 0; i < kParts; ++i) {
        text_ += parts[i];
        ends_[i] = static_cast<std::uint32_t>(text_.size());
    }
}

Binding PackedBinding::unpacked() const {
    return {.id = id_,
            .contact = std::string(contact()),
            .q = q_,
            .reg_id = reg_id_,
            .instance = std::string(instance()),
            .path = parted(part(6)),
            .source = source_,
            .sip_call_id = std::string(sip_call_id()),
            .cseq = cseq_,
            .registered = registered_,
            .refreshed = refreshed_,
            .expires = expires_,
            .user_agent = std::string(part(4)),
            .node = std::string(part(5)),
            .generation = generation_,
            .visibility = std::string(visibility())};
}

}  // namespace skyn3t::sip
