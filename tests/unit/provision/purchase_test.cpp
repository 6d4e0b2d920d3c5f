#include "provision/purchase.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace skyn3t::provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using State = Purchase::State;
using Json = nlohmann::json;

constexpr const char* kAddress = "AD00000000000000000000000000000001";
constexpr const char* kBundle = "BU00000000000000000000000000000001";

// What Twilio sells, as a test fills it.
struct Shop final : twilio::Transport {
    struct Number {
        std::string number, needs = "none";
        bool has_voice = true;
    };
    std::vector<Number> numbers{{"+56221111111"}, {"+56222222222"}, {"+56321111111"}};
    std::vector<std::pair<std::string, std::string>> owned;      // number, name
    std::vector<std::pair<std::string, std::string>> addresses;  // SID, country
    std::vector<std::string> regulations, bundles;
    std::string price = "4.00", unit = "USD";
    std::vector<std::string> bought;           // the forms
    std::map<std::string, std::string> asked;  // the query of the numbers on sale
    int price_status = 200;

    Result<twilio::Response> send(const twilio::Request& request) override {
        const auto has = [&](const char* part) {
            return request.path.find(part) != std::string::npos;
        };
        if (has("AvailablePhoneNumbers")) return on_sale(request);
        if (has("Addresses")) return answer(list("addresses", addresses, "iso_country"));
        if (has("Regulations")) return answer({{"results", all_regulations()}});
        if (has("Bundles")) {
            Json found = Json::array();
            for (const auto& each : bundles)
                found.push_back({{"sid", each}, {"friendly_name", "Papeles"}});
            return answer({{"results", found}});
        }
        if (has("PhoneNumbers/Countries")) {
            Json body{
                {"price_unit", unit},
                {"phone_number_prices", {{{"number_type", "local"}, {"current_price", price}}}}};
            return twilio::Response{price_status, {}, body.dump()};
        }
        if (request.method == "GET")
            return answer(list("incoming_phone_numbers", owned, "friendly_name", "phone_number"));
        bought.push_back(http::encode_form(request.form));
        return answer({{"sid", "PN1"}});
    }

  private:
    static Result<twilio::Response> answer(const Json& body) {
        return twilio::Response{200, {}, body.dump()};
    }
    static Json list(const char* key, const std::vector<std::pair<std::string, std::string>>& items,
                     const char* second, const char* first = "sid") {
        Json found = Json::array();
        for (const auto& [one, other] : items) {
            Json item{{first, one}, {second, other}};
            if (!item.contains("friendly_name")) item["friendly_name"] = "Oficina";
            found.push_back(std::move(item));
        }
        return {{key, found}};
    }
    Json all_regulations() const {
        Json found = Json::array();
        for (const auto& each : regulations)
            found.push_back({{"sid", "RN1"},
                             {"friendly_name", each},
                             {"requirements", {{{"friendly_name", "Proof of identity"}}}}});
        return found;
    }
    Result<twilio::Response> on_sale(const twilio::Request& request) {
        for (const auto& [name, value] : request.query) asked[name] = value;
        asked["path"] = request.path.substr(request.path.find("Available"));
        Json found = Json::array();
        for (const auto& each : numbers)
            found.push_back({{"phone_number", each.number},
                             {"address_requirements", each.needs},
                             {"capabilities", {{"voice", each.has_voice}}}});
        return answer({{"available_phone_numbers", found}});
    }
};

class Buying : public testing::Test {
  protected:
    Purchase look() { return look_for_numbers(client, {{"A", order}}).value().at(0); }

    Shop shop;
    twilio::Patience patience{milliseconds(1), milliseconds(1), 1,
                              [](milliseconds) { return true; }};
    twilio::Client client{shop, "AC1", patience};
    NumberOrder order;
};

TEST_F(Buying, OffersTheFirstNumberOfTheAreaWithItsPrice) {
    order.area = "32";
    const auto purchase = look();
    EXPECT_EQ(purchase.state, State::offered);
    EXPECT_EQ(purchase.number, "+56321111111");
    EXPECT_EQ(purchase.price->price, 4.0);
    EXPECT_EQ(shop.asked["path"], "AvailablePhoneNumbers/CL/Local.json");
    EXPECT_EQ(shop.asked["Contains"], "5632");
    EXPECT_THAT(shop.bought, IsEmpty());
}

TEST_F(Buying, AsksForWhatTheNumberIsToContain) {
    order.contains = "2222*";
    EXPECT_EQ(look().state, State::offered);
    EXPECT_EQ(shop.asked["Contains"], "2222*");
}

TEST_F(Buying, OffersNoNumberThatCannotBeCalled) {
    shop.numbers = {{"+56221111111", "none", false}};
    const auto purchase = look();
    EXPECT_EQ(purchase.state, State::impossible);
    EXPECT_THAT(purchase.why.es, HasSubstr("Twilio no ofrece ningún número así"));
}

TEST_F(Buying, OffersTwoCommunitiesTwoNumbers) {
    const auto purchases = look_for_numbers(client, {{"A", order}, {"B", order}}).value();
    EXPECT_EQ(purchases[0].number, "+56221111111");
    EXPECT_EQ(purchases[1].number, "+56222222222");
}

TEST_F(Buying, TakesTheNumberThatWasBoughtForItBefore) {
    shop.owned = {{"+56229999999", "A_Number"}, {"+56228888888", "B_Number"}};
    const auto purchase = look();
    EXPECT_EQ(purchase.state, State::owned);
    EXPECT_EQ(purchase.number, "+56229999999");
}

TEST_F(Buying, RefusesWhatCostsMoreThanTheLimit) {
    order.most = 3.99;
    const auto purchase = look();
    EXPECT_EQ(purchase.state, State::impossible);
    EXPECT_THAT(purchase.why.es,
                HasSubstr("cuesta 4.00 USD al mes y el límite (max_price) es 3.99"));
    order.most = 4;
    EXPECT_EQ(look().state, State::offered);
}

TEST_F(Buying, RefusesAPriceThatNobodyKnows) {
    shop.price_status = 404;
    EXPECT_THAT(look().why.es, HasSubstr("no dice cuánto cuesta"));
    shop.price_status = 200;
    shop.unit = "EUR";
    EXPECT_THAT(look().why.es, HasSubstr("no dice cuánto cuesta"));
}

TEST_F(Buying, PrefersANumberWhoseAddressCanBeHad) {
    shop.numbers = {{"+56221111111", "local"}, {"+56222222222", "any"}};
    shop.addresses = {{kAddress, "AR"}};
    const auto purchase = look();
    EXPECT_EQ(purchase.number, "+56222222222");
    EXPECT_EQ(purchase.address, kAddress);
}

TEST_F(Buying, SaysWhichAddressIsMissing) {
    shop.numbers = {{"+56221111111", "local"}};
    shop.addresses = {{kAddress, "AR"}};
    EXPECT_THAT(look().why.es, HasSubstr("Twilio pide una dirección en CL y la cuenta no "
                                         "tiene ninguna así"));
    shop.numbers = {{"+56221111111", "foreign"}};
    EXPECT_EQ(look().address, kAddress);
}

TEST_F(Buying, DoesNotChooseAmongSeveralAddresses) {
    const std::string other = "AD00000000000000000000000000000002";
    shop.numbers = {{"+56221111111", "any"}};
    shop.addresses = {{kAddress, "CL"}, {other, "CL"}};
    EXPECT_THAT(look().why.es,
                HasSubstr("diga cuál con «address»: «Oficina» (" + std::string(kAddress)));
    order.address = other;
    EXPECT_EQ(look().address, other);
}

TEST_F(Buying, NamesThePapersThatTwilioAsksForAndThoseThatThereAre) {
    shop.regulations = {"Chile: Local - Business"};
    auto purchase = look();
    EXPECT_EQ(purchase.state, State::offered);
    ASSERT_EQ(purchase.notes.size(), 2u);
    EXPECT_EQ(purchase.notes[0].es,
              "papeles que Twilio pide («Chile: Local - Business»): Proof of identity");
    EXPECT_THAT(purchase.notes[1].es, HasSubstr("no tiene papeles aprobados"));
    shop.bundles = {kBundle};
    purchase = look();
    EXPECT_EQ(purchase.bundle, kBundle);
    EXPECT_THAT(purchase.notes[1].es, HasSubstr(kBundle));
}

TEST_F(Buying, IsDoneUnderANameByWhichItIsFoundAgain) {
    shop.numbers = {{"+56221111111", "any"}};
    shop.addresses = {{kAddress, "CL"}};
    auto purchase = look();
    ASSERT_TRUE(buy(client, purchase));
    EXPECT_EQ(purchase.state, State::bought);
    EXPECT_THAT(shop.bought,
                ElementsAre("PhoneNumber=%2B56221111111&FriendlyName=A_Number&AddressSid=" +
                            std::string(kAddress)));
}

}  // namespace
}  // namespace skyn3t::provision
