#include "server/document_fetcher.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/fake_clock.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::server {
namespace {

class DocumentFetcherTest : public testing::Test {
  protected:
    using Answered = std::optional<tl::expected<twiml::FetchedDocument, twiml::FetchError>>;

    // What becomes of a request of a call of this community.
    std::shared_ptr<Answered> fetch(const CommunitySid& community) {
        auto answered = std::make_shared<Answered>();
        twiml::FetchRequest request;
        request.url = "https://a.example.cl/voice";
        fetcher.fetch({CallSid::generate(), community}, request,
                      [answered](auto document) { answered->emplace(std::move(document)); });
        return answered;
    }
    void answer(std::size_t index) {
        answers.at(index)(http::ClientResponse{200, {}, "<Response/>", {}, {}});
        loop.settle();
    }

    test::FakeLoop loop;
    bool is_full = false;
    std::vector<http::Client::Completion> answers;
    test::TemporaryDirectory directory;
    std::unique_ptr<store::Database> database =
        store::Database::open({.data = directory.path()}, loop.clock).value();
    store::AlertStore store{*database};
    AlertLog alerts{loop.wheel, store};
    Published<call::Directory> tenants{std::make_shared<const call::Directory>()};
    Published<StoredDocuments> stored{std::make_shared<const StoredDocuments>()};
    OwnDocuments own{tenants, stored, model::EmergencyNumbers::chile()};
    DocumentFetcher fetcher{
        loop.io.get_executor(),
        [this](const http::ClientRequest&, http::Client::Completion done) {
            if (is_full) return Result<void>(fail(Errc::too_many, "full"));
            answers.push_back(std::move(done));
            return Result<void>();
        },
        own,
        alerts,
        loop.clock,
        {"https://voice.example.cl", [](const CommunitySid&) { return model::Secret("token"); }}};
    const CommunitySid slow = CommunitySid::generate();
};

TEST_F(DocumentFetcherTest, RefusesWhatACommunityAsksBeyondItsShareAndNobodyElses) {
    for (std::size_t i = 0; i < DocumentFetcher::kMostOfOne; ++i)
        EXPECT_FALSE(fetch(slow)->has_value());
    const auto refused = fetch(slow);
    ASSERT_TRUE(refused->has_value());
    EXPECT_EQ(refused->value().error().errc, Errc::too_many);
    EXPECT_EQ(refused->value().error().detail,
              "16 requests of this community are on their way already: its web server answers too "
              "slowly");
    const auto others = fetch(CommunitySid::generate());
    answer(DocumentFetcher::kMostOfOne);
    ASSERT_TRUE(others->has_value());
    EXPECT_EQ(others->value()->body, "<Response/>");
    answer(0);
    EXPECT_FALSE(fetch(slow)->has_value()) << "one has come back, and there is room";
}

TEST_F(DocumentFetcherTest, CountsNoRequestThatTheClientDidNotTake) {
    is_full = true;
    for (std::size_t i = 0; i <= DocumentFetcher::kMostOfOne; ++i)
        EXPECT_EQ(fetch(slow)->value().error().detail, "full");
    is_full = false;
    EXPECT_FALSE(fetch(slow)->has_value());
}

}  // namespace
}  // namespace skyn3t::server
