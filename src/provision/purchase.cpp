#include "provision/purchase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace skyn3t::provision {
namespace {

using model::NumberType;
using twilio::Answer;

tl::unexpected<twilio::Failure> not_bought(const twilio::Failure& failure) {
    return tl::unexpected<twilio::Failure>(failure);
}

// The words of Twilio's paths and of its prices, where they are not the manifest's.
const char* path_word(NumberType type) {
    switch (type) {
        case NumberType::mobile:
            return "Mobile";
        case NumberType::national:
            return "National";
        case NumberType::toll_free:
            return "TollFree";
        default:
            return "Local";
    }
}
std::string price_word(NumberType type) {
    return type == NumberType::toll_free ? "toll free" : std::string(to_string(type));
}

// "«Oficina» (AD...), «Casa» (AD...)"
template <class Item>
std::string listed(const std::vector<Item>& items) {
    std::string text;
    for (const Item& each : items)
        text += fmt::format("{}«{}» ({})", text.empty() ? "" : ", ", each.friendly_name, each.sid);
    return text;
}

// The one that is asked for, or the only one; nothing when there is none, or a choice is to be
// made.
template <class Item>
const Item* choose(const std::vector<Item>& items, const std::string& sid) {
    for (const Item& each : items)
        if (each.sid == sid) return &each;
    return sid.empty() && items.size() == 1 ? &items.front() : nullptr;
}

// What an account can buy, each thing asked for once.
class Market {
  public:
    Market(twilio::Client& client, std::vector<twilio::IncomingNumber> owned)
        : client_(client), owned_(std::move(owned)) {}

    Answer<Purchase> look(const Wish& wish) {
        Purchase purchase{wish};
        if (const auto found = std::find_if(
                owned_.begin(), owned_.end(),
                [&](const auto& each) { return each.friendly_name == number_name(wish.code); });
            found != owned_.end()) {
            purchase.number = found->number;
            purchase.state = Purchase::State::owned;
            return purchase;
        }
        const auto number = choose_number(purchase);
        if (!number) return not_bought(number.error());
        if (!*number) return purchase;
        taken_.insert((*number)->number);
        purchase.number = (*number)->number;
        if (const auto asked = check_papers(purchase); !asked) return not_bought(asked.error());
        if (const auto priced = check_price(purchase); !priced) return not_bought(priced.error());
        if (purchase.why.empty()) purchase.state = Purchase::State::offered;
        return purchase;
    }

  private:
    // The first whose address can be had, else the first.
    Answer<std::optional<twilio::AvailableNumber>> choose_number(Purchase& purchase) {
        const NumberOrder& order = purchase.wish.order;
        const std::string prefix = model::calling_code_of(order.country) + order.area;
        const auto offered = client_.available_numbers(order.country, path_word(order.type),
                                                       !order.contains.empty() ? order.contains
                                                       : order.area.empty()    ? ""
                                                                               : prefix);
        if (!offered) return not_bought(offered.error());
        std::optional<twilio::AvailableNumber> chosen;
        for (const auto& each : *offered) {
            if (!each.has_voice || !each.number.starts_with("+" + prefix) ||
                taken_.contains(each.number) || !model::PhoneNumber::parse_e164(each.number))
                continue;
            Purchase with = purchase;
            if (const auto asked = check_address(with, each.address_requirements); !asked)
                return not_bought(asked.error());
            if (chosen && !with.why.empty()) continue;
            const bool is_good = with.why.empty();
            purchase = std::move(with);
            chosen = each;
            if (is_good) return chosen;
        }
        if (!chosen)
            purchase.why = {
                "Twilio no ofrece ningún número así: cambie «area», «contains» o "
                "«type» de «number: buy»",
                "Twilio offers no such number: change \"area\", \"contains\" or "
                "\"type\" of \"number: buy\""};
        return chosen;
    }

    // rest-api.md, 4.1: none, any, local, foreign.
    Answer<void> check_address(Purchase& purchase, const std::string& asked) {
        purchase.notes.clear();
        purchase.why = {};
        if (asked.empty() || asked == "none") return {};
        if (!addresses_) {
            auto all = client_.addresses();
            if (!all) return not_bought(all.error());
            addresses_ = std::move(*all);
        }
        const NumberOrder& order = purchase.wish.order;
        std::vector<twilio::Address> fitting = *addresses_;
        std::erase_if(fitting, [&](const auto& each) {
            return (asked == "local" && each.country != order.country) ||
                   (asked == "foreign" && each.country == order.country);
        });
        const std::string es = asked == "any"     ? "una dirección"
                               : asked == "local" ? "una dirección en " + order.country
                                                  : "una dirección fuera de " + order.country;
        const std::string en = asked == "any"     ? "an address"
                               : asked == "local" ? "an address in " + order.country
                                                  : "an address outside " + order.country;
        if (const auto* chosen = choose(fitting, order.address)) {
            purchase.address = chosen->sid;
            purchase.notes.push_back(
                {fmt::format("Twilio pide {}; se usa {}", es, listed(std::vector{*chosen})),
                 fmt::format("Twilio asks for {}; {} is used", en, listed(std::vector{*chosen}))});
        } else if (fitting.empty() || !order.address.empty()) {
            purchase.why = {
                fmt::format("Twilio pide {} y la cuenta no tiene {}; créela en la consola de "
                            "Twilio (Phone Numbers > Regulatory Compliance > Addresses)",
                            es, order.address.empty() ? "ninguna así" : order.address),
                fmt::format("Twilio asks for {} and the account does not have {}; create it in "
                            "Twilio's console (Phone Numbers > Regulatory Compliance > Addresses)",
                            en, order.address.empty() ? "one" : order.address)};
        } else {
            purchase.why = {
                fmt::format("Twilio pide {} y la cuenta tiene varias: diga cuál con «address»: {}",
                            es, listed(fitting)),
                fmt::format("Twilio asks for {} and the account has several: say which with "
                            "\"address\": {}",
                            en, listed(fitting))};
        }
        return {};
    }

    // Whether a country insists on papers shows only when a number is bought (21649): what Twilio
    // lists is told, and what the account has is sent along.
    Answer<void> check_papers(Purchase& purchase) {
        const NumberOrder& order = purchase.wish.order;
        const Kind kind{order.country, std::string(to_string(order.type))};
        if (!regulations_.contains(kind)) {
            const auto asked = client_.regulations(kind.first, kind.second);
            if (!asked && asked.error().is_general()) return not_bought(asked.error());
            regulations_[kind] = asked.value_or(std::vector<twilio::Regulation>());
            const auto approved = client_.bundles(kind.first, kind.second);
            if (!approved && approved.error().is_general()) return not_bought(approved.error());
            bundles_[kind] = approved.value_or(std::vector<twilio::Bundle>());
        }
        for (const auto& each : regulations_[kind])
            purchase.notes.push_back({fmt::format("papeles que Twilio pide («{}»): {}", each.name,
                                                  fmt::join(each.requirements, "; ")),
                                      fmt::format("papers that Twilio asks for (\"{}\"): {}",
                                                  each.name, fmt::join(each.requirements, "; "))});
        const auto& approved = bundles_[kind];
        if (const auto* chosen = choose(approved, order.bundle)) {
            purchase.bundle = chosen->sid;
            purchase.notes.push_back({"aprobados en la cuenta: " + listed(std::vector{*chosen}),
                                      "approved in the account: " + listed(std::vector{*chosen})});
        } else if (!order.bundle.empty()) {
            refuse(purchase,
                   {fmt::format("la cuenta no tiene los papeles {} aprobados", order.bundle),
                    fmt::format("the account has no approved papers {}", order.bundle)});
        } else if (approved.size() > 1) {
            refuse(purchase,
                   {"la cuenta tiene varios papeles aprobados: diga cuáles con «bundle»: " +
                        listed(approved),
                    "the account has several approved papers: say which with \"bundle\": " +
                        listed(approved)});
        } else if (!regulations_[kind].empty()) {
            purchase.notes.push_back(
                {"la cuenta no tiene papeles aprobados: si Twilio rechaza la compra (21649), "
                 "preséntelos en su consola (Phone Numbers > Regulatory Compliance > Bundles)",
                 "the account has no approved papers: should Twilio refuse (21649), hand them in "
                 "in its console (Phone Numbers > Regulatory Compliance > Bundles)"});
        }
        return {};
    }

    Answer<void> check_price(Purchase& purchase) {
        const NumberOrder& order = purchase.wish.order;
        if (!prices_.contains(order.country)) {
            const auto asked = client_.number_prices(order.country);
            if (!asked && asked.error().is_general()) return not_bought(asked.error());
            prices_[order.country] = asked.value_or(std::vector<twilio::NumberPrice>());
        }
        for (const auto& each : prices_[order.country])
            if (each.number_type == price_word(order.type)) purchase.price = each;
        if (!purchase.price || purchase.price->unit != "USD")
            refuse(purchase, {"Twilio no dice cuánto cuesta al mes en dólares, y sin saberlo no "
                              "se compra; cómprelo en su consola y escriba aquí el número",
                              "Twilio does not tell its monthly price in dollars, and unknown it "
                              "is not bought; buy it in its console and write the number here"});
        else if (purchase.price->price > order.most)
            refuse(purchase,
                   {fmt::format("cuesta {:.2f} USD al mes y el límite (max_price) es {:.2f}",
                                purchase.price->price, order.most),
                    fmt::format("it costs {:.2f} USD a month and the limit (max_price) is {:.2f}",
                                purchase.price->price, order.most)});
        return {};
    }

    // The first reason is told; the next one shows once it is mended.
    static void refuse(Purchase& purchase, Told why) {
        if (purchase.why.empty()) purchase.why = std::move(why);
    }

    using Kind = std::pair<std::string, std::string>;  // country, type

    twilio::Client& client_;
    std::vector<twilio::IncomingNumber> owned_;
    std::set<std::string> taken_;  // by another community of the same run
    std::optional<std::vector<twilio::Address>> addresses_;
    std::map<Kind, std::vector<twilio::Regulation>> regulations_;
    std::map<Kind, std::vector<twilio::Bundle>> bundles_;
    std::map<std::string, std::vector<twilio::NumberPrice>> prices_;
};

}  // namespace

std::string_view to_string(Purchase::State state) {
    switch (state) {
        case Purchase::State::offered:
            return "offered";
        case Purchase::State::owned:
            return "owned";
        case Purchase::State::bought:
            return "bought";
        default:
            return "impossible";
    }
}

std::string number_name(const std::string& code) { return code + "_Number"; }

void take_stored_numbers(Manifest& manifest, const std::vector<model::Community>& stored) {
    for (ManifestCommunity& each : manifest.communities) {
        if (!each.order) continue;
        for (const model::Community& other : stored)
            if (other.code == each.community.code && other.target == model::Target::twilio)
                each.community.number = other.number;
    }
}

std::vector<Wish> wishes_of(const Manifest& manifest) {
    std::vector<Wish> wishes;
    for (const ManifestCommunity& each : manifest.communities)
        if (each.order && each.community.number.empty())
            wishes.push_back({each.community.code, *each.order});
    return wishes;
}

Answer<std::vector<Purchase>> look_for_numbers(twilio::Client& client,
                                               const std::vector<Wish>& wishes) {
    std::vector<Purchase> purchases;
    if (wishes.empty()) return purchases;
    auto owned = client.numbers();
    if (!owned) return not_bought(owned.error());
    Market market(client, std::move(*owned));
    for (const Wish& each : wishes) {
        auto purchase = market.look(each);
        if (!purchase) return not_bought(purchase.error());
        purchases.push_back(std::move(*purchase));
    }
    return purchases;
}

Answer<void> buy(twilio::Client& client, Purchase& purchase) {
    twilio::Form form{{"FriendlyName", number_name(purchase.wish.code)}};
    if (!purchase.address.empty()) form.add("AddressSid", purchase.address);
    if (!purchase.bundle.empty()) form.add("BundleSid", purchase.bundle);
    const auto bought = client.create_number(purchase.number, form);
    if (!bought) return not_bought(bought.error());
    purchase.state = Purchase::State::bought;
    return {};
}

}  // namespace skyn3t::provision
