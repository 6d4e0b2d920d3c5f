#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "model/emergency.hpp"
#include "model/phone_number.hpp"

// Whom a community may call through a trunk, and as whom: the one rule for documents, for calls
// that the API places, and for phones (ADR 19). Pure; a leaked key of a community is otherwise toll
// fraud.
namespace skyn3t::model {

// Kinds of numbers, by what calling them costs.
enum class Destination {
    local,          // fixed lines of Chile, the IP ones (44) among them
    mobile,         // mobiles of Chile
    national,       // of Chile and of no place: 600, 800, 809
    international,  // of other countries
    premium,        // 700, carrier codes, satellites, anything in no range of its country
};
inline constexpr std::array kDestinations{Destination::local, Destination::mobile,
                                          Destination::national, Destination::international,
                                          Destination::premium};
[[nodiscard]] std::string_view to_string(Destination kind);  // the manifest's word
[[nodiscard]] std::optional<Destination> parse_destination(std::string_view word);
[[nodiscard]] Destination destination_of(const PhoneNumber& number);

// The manifest's may_dial: a set of kinds.
class MayDial {
  public:
    [[nodiscard]] static MayDial chile();  // local, mobile, national: the default
    [[nodiscard]] static MayDial nothing() { return MayDial(0); }
    // "local, mobile"; what is no word of ours is left out.
    [[nodiscard]] static MayDial from_text(std::string_view text);

    void add(Destination kind) { kinds_ |= bit(kind); }
    bool allows(Destination kind) const { return (kinds_ & bit(kind)) != 0; }
    std::string text() const;  // "local, mobile, national"; empty for none
    bool operator==(const MayDial&) const = default;

  private:
    explicit MayDial(unsigned kinds) : kinds_(kinds) {}
    static unsigned bit(Destination kind) { return 1u << static_cast<unsigned>(kind); }
    unsigned kinds_;
};

// On whose behalf a number is dialled.
enum class Dialler {
    document,  // of a call that came in through a trunk
    phone,     // a phone's own call
    api,       // a program
    test,      // verify
};

// What the rule has to know of whoever shows a number.
class ShownNumbers {
  public:
    virtual ~ShownNumbers() = default;
    // The community's own, or one that the operator has verified.
    virtual bool may_show(std::string_view number) const = 0;
    // What is shown when nothing was chosen; empty: the community has no number.
    virtual std::string own_number() const = 0;
};

struct DialOrder {
    std::string_view number;       // as dialled
    std::string_view shown;        // as whom
    bool is_shown_chosen = false;  // by the document or the request; else it is just who calls
    Dialler by = Dialler::document;
};

struct DialVerdict {
    int refused = 0;    // Twilio's code: 13214, 13224, 13225, 13226, 13227; 0: it may be dialled
    std::string shown;  // as whom it is dialled then
    std::optional<Destination> kind{};  // of a number that could be read
};
// A number of emergency goes out for a phone whatever is allowed, and never for a test, a program,
// or somebody who called from elsewhere: the police would come to the building.
[[nodiscard]] DialVerdict judge_dialling(const DialOrder& order, const MayDial& may_dial,
                                         const ShownNumbers& numbers,
                                         const EmergencyNumbers& emergency);

}  // namespace skyn3t::model
