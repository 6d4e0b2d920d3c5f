#include <set>

#include "migration_rig.hpp"
#include "server/own_documents.hpp"
#include "support/call_directory.hpp"

namespace skyn3t::server {
namespace {

using model::Stage;
using model::Target;
using testing::HasSubstr;
using testing::Not;

// The documents of a community on its way, as Twilio gets them and as calls here run them.
class MovingDocuments : public test::MigrationTest {
  protected:
    MovingDocuments() {
        auto other = community;
        other.sid = CommunitySid::generate();
        other.code = "OTRA";
        other.number = model::PhoneNumber::parse_e164("+56223456789").value();
        other_sid = other.sid;
        auto parts =
            skyn3t::test::directory_parts("sip.example.cl", {community, other}, "http://x");
        model::Community own;
        own.sid = model::account_community();
        parts.own = call::make_tenant(std::move(own), "sip.example.cl");
        directory_.set(std::make_shared<const call::Directory>(std::move(parts)));
        OwnDocuments::Moving moving;
        moving.board = board.get();
        moving.twilio_domain = "a.sip.twilio.com";
        moving.sip_address = "203.0.113.10:5060";
        moving.is_registered = [this](const CommunitySid& sid, const std::string& user) {
            return sid == community.sid && registered.contains(user);
        };
        moving.came = [this](const CommunitySid& sid, const std::string& dialled) {
            came.push_back(sid.str() + " " + dialled);
        };
        documents_ = std::make_unique<OwnDocuments>(
            directory_, stored_, model::EmergencyNumbers::chile(), std::move(moving));
    }
    void live_here() {
        auto here = community;
        here.target = Target::local;
        directory_.set(skyn3t::test::directory_of("sip.example.cl", {here}, "http://x"));
    }
    std::string key(const http::Params& more = {{"Digits", "1"}}) {
        return documents_->route("LAS_FLORES", more).value();
    }
    std::string domain(const CommunitySid& whose, const std::string& user,
                       const std::string& from = "sip:+56234567890-office@sip.example.cl") {
        return documents_
            ->by_path("/twiml/domain", {{"To", "sip:" + user + "@sip.example.cl"}, {"From", from}},
                      whose)
            .value();
    }

    static constexpr const char* kPhone = "+56234567890-office";
    static constexpr const char* kHere = "sip:+56234567890-office@203.0.113.10:5060";
    static constexpr const char* kThere = "sip:+56234567890-office@a.sip.twilio.com";
    std::set<std::string> registered;
    std::vector<std::string> came;
    CommunitySid other_sid;
    Published<call::Directory> directory_{std::make_shared<const call::Directory>()};
    Published<StoredDocuments> stored_{std::make_shared<const StoredDocuments>()};
    std::unique_ptr<OwnDocuments> documents_;
};

TEST_F(MovingDocuments, DialOnlyTwilioBeforeThePhonesHoldAnAccountHere) {
    registered = {kPhone};
    put(Stage::documents);
    EXPECT_THAT(key(), HasSubstr(kThere));
    EXPECT_THAT(key(), Not(HasSubstr(kHere)));
}

TEST_F(MovingDocuments, DialHereFirstWhenThatPhoneIsHere) {
    put(Stage::phones);
    EXPECT_THAT(key(), Not(HasSubstr(kHere)));
    registered = {kPhone};
    EXPECT_THAT(key(), HasSubstr(kHere));
    EXPECT_THAT(key(), HasSubstr("username=\"+56234567890-twilio\" password=\"Gateway123456\""));
    const auto next = key({{"role", "office"}, {"place", "local"}, {"DialCallStatus", "failed"}});
    EXPECT_THAT(next, HasSubstr(kThere));
    EXPECT_THAT(next, Not(HasSubstr("Gateway123456")));
}

TEST_F(MovingDocuments, GiveTheWholeCallToThisServerInTheLastStage) {
    put(Stage::number);
    const auto given = documents_->main("LAS_FLORES", {{"From", "+56987654321"}}).value();
    EXPECT_THAT(given, HasSubstr("sip:+56234567890@203.0.113.10:5060"));
    EXPECT_THAT(given, Not(HasSubstr("<Gather")));
    const auto after = [&](const char* status) {
        return documents_->main("LAS_FLORES", {{"handover", "1"}, {"DialCallStatus", status}})
            .value();
    };
    EXPECT_EQ(after("completed"), twiml::hang_up_document());
    EXPECT_THAT(after("failed"), HasSubstr("<Gather"));
    EXPECT_THAT(after("no-answer"), HasSubstr("<Gather"));
    EXPECT_THAT(documents_->main("LAS_FLORES", {{"attempt", "2"}}).value(), HasSubstr("<Gather"));
}

TEST_F(MovingDocuments, ToTwilioItsPhonesAreDialledFirstInTheLastStage) {
    registered = {kPhone};
    put(Stage::phones, {}, Target::twilio);
    EXPECT_THAT(key(), HasSubstr(kHere));
    put(Stage::number, {}, Target::twilio);
    EXPECT_THAT(key(), HasSubstr(kThere));
    EXPECT_THAT(key({{"role", "office"}, {"place", "twilio"}, {"DialCallStatus", "no-answer"}}),
                HasSubstr(kHere));
    EXPECT_THAT(documents_->main("LAS_FLORES", {}).value(), HasSubstr("<Gather"));
}

// Its number at Twilio asks us already, and the first step was cut or could not be undone whole.
TEST_F(MovingDocuments, ToTwilioThePhonesHereRingBeforeAnyStageStands) {
    live_here();
    registered = {kPhone};
    put(Stage::none, {}, Target::twilio);
    EXPECT_THAT(key(), HasSubstr(kHere));
    EXPECT_THAT(key(), HasSubstr("username=\"+56234567890-twilio\" password=\"Gateway123456\""));
    registered = {};
    EXPECT_THAT(key(), Not(HasSubstr(kHere)));
}

TEST_F(MovingDocuments, HoldNoPasswordWherePeopleLookAtThem) {
    auto& shown = documents_->without_passwords();
    registered = {kPhone};
    put(Stage::phones);
    const auto key_1 = shown.route("LAS_FLORES", {{"Digits", "1"}}).value();
    EXPECT_THAT(key_1, HasSubstr(kHere));
    EXPECT_THAT(key_1, Not(HasSubstr("Gateway123456")));
    put(Stage::number);
    const auto given = shown.main("LAS_FLORES", {{"From", "+56987654321"}}).value();
    EXPECT_THAT(given, HasSubstr("sip:+56234567890@203.0.113.10:5060"));
    EXPECT_THAT(given, Not(HasSubstr("Gateway123456")));
}

TEST_F(MovingDocuments, RunHereAsAnyOthers) {
    put(Stage::number);
    const auto main = documents_->by_path("/twiml/LAS_FLORES/main", {}, community.sid).value();
    EXPECT_THAT(main, HasSubstr("<Gather"));
    EXPECT_THAT(
        documents_->by_path("/twiml/LAS_FLORES/route", {{"Digits", "1"}}, community.sid).value(),
        HasSubstr("sip:+56234567890-office@sip.example.cl"));
    EXPECT_THAT(documents_->here().main("LAS_FLORES", {}).value(), HasSubstr("<Gather"));
}

TEST_F(MovingDocuments, ACallWithinACommunityRingsItsPhoneAndNobodyElses) {
    EXPECT_THAT(domain(community.sid, kPhone), HasSubstr("sip:+56234567890-office@sip.example.cl"));
    EXPECT_THAT(domain(community.sid, "+56223456789-office"), Not(HasSubstr("<Dial")));
    EXPECT_THAT(domain(other_sid, kPhone), Not(HasSubstr("<Dial")));
    EXPECT_THAT(domain(CommunitySid(), kPhone), Not(HasSubstr("<Dial")));
    EXPECT_THAT(domain(community.sid, "+56223456789"), Not(HasSubstr("<Redirect")));
    EXPECT_THAT(domain(model::account_community(), ""), Not(HasSubstr("<Redirect")));
}

TEST_F(MovingDocuments, WhatFromClaimsOverHttpDecidesNothing) {
    EXPECT_THAT(documents_
                    ->domain({{"To", "sip:+56234567890-office@sip.example.cl"},
                              {"From", "sip:+56234567890-twilio@sip.example.cl"}})
                    .value(),
                Not(HasSubstr("<Dial")));
}

TEST_F(MovingDocuments, TellOfACallThatTwilioGave) {
    (void)domain(community.sid, "prueba");
    EXPECT_TRUE(came.empty());
    (void)domain(community.sid, "prueba", "sip:+56234567890-twilio@sip.example.cl");
    EXPECT_THAT(came, testing::ElementsAre(community.sid.str() + " prueba"));
}

TEST_F(MovingDocuments, AnEmergencyNumberIsNeverAPhone) {
    EXPECT_THAT(domain(community.sid, "133"), HasSubstr("Carabineros"));
}

}  // namespace
}  // namespace skyn3t::server
