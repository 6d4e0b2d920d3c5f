#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sip/binding.hpp"

namespace skyn3t::sip {

// A Binding as the table keeps it: all its text in one allocation, since a platform has many
// thousands of them and a string each costs twice what it holds.
class PackedBinding {
  public:
    explicit PackedBinding(const Binding& binding);
    [[nodiscard]] Binding unpacked() const;

    std::string_view contact() const { return part(0); }
    std::string_view instance() const { return part(1); }
    std::string_view sip_call_id() const { return part(2); }
    std::string_view visibility() const { return part(3); }
    const Source& source() const { return source_; }
    std::uint64_t id() const { return id_; }
    std::uint32_t cseq() const { return cseq_; }
    std::uint16_t q() const { return q_; }
    std::uint16_t reg_id() const { return reg_id_; }
    std::uint32_t generation() const { return generation_; }
    WallTime registered() const { return registered_; }
    WallTime refreshed() const { return refreshed_; }
    bool is_probe() const { return !visibility().empty(); }

  private:
    static constexpr std::size_t kParts = 7;  // then user agent, node, path
    std::string_view part(std::size_t index) const {
        const auto begin = index == 0 ? 0 : ends_[index - 1];
        return std::string_view(text_).substr(begin, ends_[index] - begin);
    }

    std::string text_;
    std::array<std::uint32_t, kParts> ends_{};
    std::uint32_t cseq_;
    std::uint64_t id_;
    WallTime registered_;
    WallTime refreshed_;
    WallTime expires_;
    Source source_;
    std::uint16_t q_;
    std::uint16_t reg_id_;
    std::uint32_t generation_;
};

}  // namespace skyn3t::sip
