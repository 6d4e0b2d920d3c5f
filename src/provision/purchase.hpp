#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/community.hpp"
#include "provision/manifest.hpp"
#include "provision/number_order.hpp"
#include "twilio/client.hpp"

namespace skyn3t::provision {

// A community that needs a number.
struct Wish {
    std::string code;
    NumberOrder order;
};

// What people are told, in both languages.
struct Told {
    std::string es, en;
    bool empty() const { return es.empty(); }
};

// How a wish can be fulfilled.
struct Purchase {
    enum class State {
        impossible,
        offered,
        owned,  // by an earlier apply that went no further: nothing is to be paid
        bought
    };
    Wish wish;
    State state = State::impossible;
    std::string number{};  // E.164; empty when there is none
    std::optional<twilio::NumberPrice> price{};
    std::string address{}, bundle{};  // SIDs that are sent along
    std::vector<Told> notes{};        // what Twilio asks for, and whether the account has it
    Told why{};                       // impossible: why, and what to do
};
[[nodiscard]] std::string_view to_string(Purchase::State state);

// Communities that have their number are asked for no second time.
void take_stored_numbers(Manifest& manifest, const std::vector<model::Community>& stored);
[[nodiscard]] std::vector<Wish> wishes_of(const Manifest& manifest);

// One for each wish. Buys nothing.
[[nodiscard]] twilio::Answer<std::vector<Purchase>> look_for_numbers(
    twilio::Client& client, const std::vector<Wish>& wishes);
// Under a name by which look_for_numbers finds it again, whatever happens afterwards.
[[nodiscard]] twilio::Answer<void> buy(twilio::Client& client, Purchase& purchase);

// "[CODE]_Number": what a bought number is called until its community has it.
[[nodiscard]] std::string number_name(const std::string& code);

}  // namespace skyn3t::provision
