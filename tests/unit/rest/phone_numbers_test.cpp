#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

class IncomingPhoneNumbers : public test::ApiTest {
  protected:
    Json take(const std::string& number) {
        return make("IncomingPhoneNumbers", {{"PhoneNumber", number}});
    }
    std::string refusal(http::Params form) {
        return error_of(post("IncomingPhoneNumbers", std::move(form)));
    }
    std::size_t count(const std::string& query) {
        return get_json(path_of("IncomingPhoneNumbers") + query)["incoming_phone_numbers"].size();
    }
};

TEST_F(IncomingPhoneNumbers, MayBeAnyThatIsE164) {
    auto made = take("+56229145248");
    EXPECT_EQ(made["phone_number"], "+56229145248");
    EXPECT_EQ(made["friendly_name"], "+56 2 2914 5248");
    EXPECT_EQ(made["type"], "local");
    EXPECT_EQ(made["voice_url"], nullptr);
    EXPECT_EQ(made["voice_method"], "POST");
    EXPECT_EQ(made["status"], "in-use");
    EXPECT_EQ(made["capabilities"],
              Json({{"fax", false}, {"mms", false}, {"sms", false}, {"voice", true}}));
    EXPECT_EQ(made.size(), 35u) << made;
    EXPECT_EQ(get_json(made["uri"]), made);
}

TEST_F(IncomingPhoneNumbers, TakeTheirAddressesAndChangeThem) {
    const auto made = make("IncomingPhoneNumbers", {{"PhoneNumber", "+56229145248"},
                                                    {"FriendlyName", "Oficina"},
                                                    {"VoiceUrl", "https://a.cl/main"},
                                                    {"VoiceFallbackUrl", "https://b.cl/main"},
                                                    {"StatusCallback", "https://a.cl/status"}});
    const std::string path = "IncomingPhoneNumbers/" + made["sid"].get<std::string>();
    const auto changed = Json::parse(
        post(path, {{"VoiceUrl", "https://c.cl/"}, {"PhoneNumber", "+56229145249"}}).body);
    EXPECT_EQ(changed["voice_url"], "https://c.cl/");
    EXPECT_EQ(changed["friendly_name"], "Oficina");
    EXPECT_EQ(changed["status_callback"], "https://a.cl/status");
    EXPECT_EQ(changed["phone_number"], "+56229145248") << "a number stays what it is";
    EXPECT_EQ(remove(path).status, 204);
    EXPECT_EQ(error_of(look(path)), "404 20404");
    take("+56229145248");
}

TEST_F(IncomingPhoneNumbers, AreRefusedWithTheCodeOfWhatIsWrong) {
    take("+56229145248");
    EXPECT_EQ(refusal({{"PhoneNumber", "+56229145248"}}), "400 21422");
    for (const char* number : {"", "133", "229145248", "+56133", "x"})
        EXPECT_EQ(refusal({{"PhoneNumber", number}}), "400 21421") << number;
    EXPECT_EQ(refusal({}), "400 21421");
    EXPECT_EQ(refusal({{"AreaCode", "415"}}), "400 21457");
    const auto with = [&](const char* name, const std::string& value) {
        return refusal({{"PhoneNumber", "+56229145249"}, {name, value}});
    };
    EXPECT_EQ(with("VoiceUrl", "nowhere"), "400 21402");
    EXPECT_EQ(with("VoiceMethod", "PUT"), "400 21403");
    EXPECT_EQ(with("VoiceFallbackUrl", "https://a.cl/"), "400 21405");
    EXPECT_EQ(with("VoiceApplicationSid", "x"), "400 21420");
    EXPECT_EQ(with("VoiceApplicationSid", "AP00000000000000000000000000000000"), "400 21420");
    EXPECT_EQ(with("FriendlyName", std::string(65, 'x')), "400 20002");
    EXPECT_EQ(with("AccountSid", "AC22222222222222222222222222222222"), "400 21470");
}

TEST_F(IncomingPhoneNumbers, AreListedByNumberNameAndType) {
    take("+56229145248");
    take("+56987654321");
    make("IncomingPhoneNumbers/TollFree",
         {{"PhoneNumber", "+56800200300"}, {"FriendlyName", "Gratis"}});
    EXPECT_EQ(count(""), 3u);
    EXPECT_EQ(count("?PhoneNumber=%2B56229145248"), 1u);
    EXPECT_EQ(count("?PhoneNumber=5622"), 1u);
    EXPECT_EQ(count("?PhoneNumber=56*4"), 2u);
    EXPECT_EQ(count("?FriendlyName=Gratis"), 1u);
    EXPECT_EQ(count("?Beta=true"), 0u);
    const auto of_type = [this](const std::string& type) {
        return fetch("IncomingPhoneNumbers/" + type)["incoming_phone_numbers"];
    };
    EXPECT_EQ(of_type("Local").size(), 1u);
    EXPECT_EQ(of_type("Mobile")[0]["phone_number"], "+56987654321");
    EXPECT_FALSE(of_type("Mobile")[0].contains("type"));
    EXPECT_EQ(error_of(post("IncomingPhoneNumbers/Mobile", {{"PhoneNumber", "+56229145249"}})),
              "400 21458");
}

TEST_F(IncomingPhoneNumbers, BelongToTheCommunityThatDeclaresThem) {
    const auto a = declare("A", "+56229145248");
    const std::string sid = take("+56229145248")["sid"];
    EXPECT_EQ(resources_->find(store::ResourceKind::incoming_phone_number, sid).value()->community,
              a);
}

class AvailablePhoneNumbers : public test::ApiTest {
  protected:
    AvailablePhoneNumbers()
        : ApiTest({"+56229145248", "+56229145249", "+56987654321", "+12025550123"}) {}
    std::vector<std::string> numbers(const std::string& path, const std::string& query = "") {
        std::vector<std::string> out;
        const Json page = get_json(path_of("AvailablePhoneNumbers/" + path) + query);
        for (const auto& each : page["available_phone_numbers"])
            out.push_back(each["phone_number"]);
        return out;
    }
    using Numbers = std::vector<std::string>;
};

TEST_F(AvailablePhoneNumbers, AreThoseOfThePoolByCountryAndType) {
    EXPECT_EQ(numbers("CL/Local"), (Numbers{"+56229145248", "+56229145249"}));
    EXPECT_EQ(numbers("CL/Mobile"), (Numbers{"+56987654321"}));
    EXPECT_EQ(numbers("CL/TollFree"), Numbers{});
    EXPECT_EQ(numbers("US/Local"), (Numbers{"+12025550123"}));
    EXPECT_EQ(error_of(look("AvailablePhoneNumbers/AR/Local")), "404 20404");
    const auto countries = fetch("AvailablePhoneNumbers")["countries"];
    EXPECT_EQ(countries.size(), 2u);
    EXPECT_EQ(countries[0], fetch("AvailablePhoneNumbers/CL"));
    EXPECT_EQ(get(countries[0]["subresource_uris"]["toll_free"]).status, 200);
}

TEST_F(AvailablePhoneNumbers, AreNotAvailableOnceTaken) {
    make("IncomingPhoneNumbers", {{"PhoneNumber", "+56229145248"}});
    EXPECT_EQ(numbers("CL/Local"), (Numbers{"+56229145249"}));
}

TEST_F(AvailablePhoneNumbers, AreFilteredByWhatTheyContainAndCan) {
    EXPECT_EQ(numbers("CL/Local", "?Contains=5249"), (Numbers{"+56229145249"}));
    EXPECT_EQ(numbers("CL/Local", "?Contains=914***9"), (Numbers{"+56229145249"}));
    EXPECT_EQ(numbers("CL/Local", "?PageSize=1"), (Numbers{"+56229145248"}));
    EXPECT_EQ(numbers("CL/Local", "?VoiceEnabled=true").size(), 2u);
    EXPECT_EQ(numbers("CL/Local", "?SmsEnabled=true"), Numbers{});
    EXPECT_EQ(numbers("CL/Local", "?InLocality=Arica"), Numbers{});
    EXPECT_EQ(error_of(get(path_of("AvailablePhoneNumbers/CL/Local") + "?Contains=1")),
              "400 20422");
}

}  // namespace
}  // namespace skyn3t::rest
