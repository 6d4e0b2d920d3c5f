#include "verify/board.hpp"

#include <gtest/gtest.h>

namespace skyn3t::verify {
namespace {

using State = rest::Check::State;

rest::Check check(const std::string& id, State state) {
    rest::Check check;
    check.id = id;
    check.state = state;
    return check;
}

rest::VerificationView view_of(std::vector<rest::Check> checks) {
    rest::VerificationView view;
    view.sid = VerificationSid::generate();
    view.communities.push_back({"PLAZA_NORTE", "Edificio Plaza Norte", std::move(checks)});
    return view;
}

rest::VerificationView::State state_of(const Board& board, const VerificationSid& sid) {
    return board.find(sid)->state;
}

TEST(Board, ShowsACheckAsItWasUpdated) {
    Board board;
    const auto view = view_of({check("number", State::waiting), check("answer", State::waiting)});
    ASSERT_TRUE(board.begin(view));
    board.update(view.sid, 0, check("answer", State::running));
    const auto shown = board.find(view.sid);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->communities[0].checks[0].state, State::waiting);
    EXPECT_EQ(shown->communities[0].checks[1].state, State::running);
}

TEST(Board, RefusesASecondVerificationWhileOneRuns) {
    Board board;
    const auto first = view_of({});
    ASSERT_TRUE(board.begin(first));
    const auto second = board.begin(view_of({}));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::too_many);
    board.end(first.sid);
    EXPECT_TRUE(board.begin(view_of({})));
}

TEST(Board, HasPassedWhenChecksPassedOrWereSkipped) {
    Board board;
    const auto view = view_of({check("number", State::passed), check("phones", State::skipped)});
    ASSERT_TRUE(board.begin(view));
    board.end(view.sid);
    EXPECT_EQ(state_of(board, view.sid), rest::VerificationView::State::passed);
}

TEST(Board, HasFailedWhenACheckFailedOrWasNeverDone) {
    for (const State state : {State::failed, State::waiting, State::running}) {
        Board board;
        const auto view = view_of({check("number", State::passed), check("answer", state)});
        ASSERT_TRUE(board.begin(view));
        board.end(view.sid);
        EXPECT_EQ(state_of(board, view.sid), rest::VerificationView::State::failed);
    }
}

TEST(Board, KeepsTheLast20) {
    Board board;
    std::vector<VerificationSid> sids;
    for (std::size_t i = 0; i < Board::kKept + 1; ++i) {
        const auto view = view_of({});
        ASSERT_TRUE(board.begin(view));
        board.end(view.sid);
        sids.push_back(view.sid);
    }
    EXPECT_FALSE(board.find(sids[0]));
    EXPECT_TRUE(board.find(sids[1]));
    EXPECT_TRUE(board.find(sids.back()));
}

}  // namespace
}  // namespace skyn3t::verify
