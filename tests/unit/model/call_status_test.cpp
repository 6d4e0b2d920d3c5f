#include <gtest/gtest.h>

#include "model/call_record.hpp"

namespace skyn3t::model {
namespace {

using namespace std::chrono_literals;
using S = CallStatus;

TEST(CallStatus, IsSpelledAsTwilioSpellsIt) {
    const std::pair<S, const char*> words[]{
        {S::queued, "queued"},       {S::ringing, "ringing"},  {S::in_progress, "in-progress"},
        {S::completed, "completed"}, {S::busy, "busy"},        {S::failed, "failed"},
        {S::no_answer, "no-answer"}, {S::canceled, "canceled"}};
    for (const auto& [status, word] : words) {
        EXPECT_EQ(to_string(status), word);
        EXPECT_EQ(parse_call_status(word), status);
    }
    EXPECT_EQ(parse_call_status("in_progress"), std::nullopt);
}

TEST(CallStatus, IsFinalOnceTheCallIsOver) {
    for (S status : {S::queued, S::ringing, S::in_progress}) EXPECT_FALSE(is_final(status));
    for (S status : {S::completed, S::busy, S::failed, S::no_answer, S::canceled})
        EXPECT_TRUE(is_final(status));
}

TEST(CallStatus, OfAnUnansweredLegFollowsTheFinalResponse) {
    const std::pair<int, S> cases[]{{486, S::busy},      {600, S::busy},      {603, S::busy},
                                    {408, S::no_answer}, {480, S::no_answer}, {404, S::failed},
                                    {488, S::failed},    {503, S::failed},    {0, S::failed},
                                    {487, S::failed}};
    for (const auto& [code, status] : cases)
        EXPECT_EQ(status_of_unanswered(code, GaveUp::nobody), status) << code;
}

TEST(CallStatus, OfALegThatRangTooLongIsNoAnswer) {
    EXPECT_EQ(status_of_unanswered(487, GaveUp::timeout), S::no_answer);
    EXPECT_EQ(status_of_unanswered(0, GaveUp::timeout), S::no_answer);
    EXPECT_EQ(status_of_unanswered(486, GaveUp::timeout), S::busy);  // crossed our CANCEL
}

TEST(CallStatus, OfALegWhoseCallerLeftIsCanceled) {
    for (int code : {0, 487, 486, 503})
        EXPECT_EQ(status_of_unanswered(code, GaveUp::caller), S::canceled);
}

TEST(CallStatus, OfAnInboundLegThatWeRefusedFollowsOurResponse) {
    EXPECT_EQ(status_of_refused(486), S::busy);
    EXPECT_EQ(status_of_refused(404), S::no_answer);
    EXPECT_EQ(status_of_refused(487), S::no_answer);
    EXPECT_EQ(status_of_refused(488), S::failed);
    EXPECT_EQ(status_of_refused(503), S::failed);
}

TEST(CallRecord, ABegunSecondCounts) {
    CallRecord call;
    EXPECT_EQ(call.duration(), 0s);
    call.answer_time = WallTime{} + 10s;
    EXPECT_EQ(call.duration(), 0s);
    call.end_time = WallTime{} + 10001ms;
    EXPECT_EQ(call.duration(), 1s);
    call.end_time = WallTime{} + 12s;
    EXPECT_EQ(call.duration(), 2s);
    call.end_time = WallTime{} + 9s;  // the wall clock was set back
    EXPECT_EQ(call.duration(), 0s);
}

TEST(EndReason, EachHasAWordAndASentenceInBothLanguages) {
    for (int i = 0; i <= static_cast<int>(EndReason::server_error); ++i) {
        const auto reason = static_cast<EndReason>(i);
        EXPECT_EQ(parse_end_reason(to_string(reason)), reason) << i;
        EXPECT_TRUE(sentence_es(reason).ends_with('.')) << i;
        EXPECT_FALSE(sentence_en(reason).empty()) << i;
    }
    EXPECT_EQ(sentence_en(EndReason::server_restarted), "server restarted");
    EXPECT_EQ(parse_end_reason("nonsense"), std::nullopt);
}

}  // namespace
}  // namespace skyn3t::model
