#include "verify/board.hpp"

#include <algorithm>
#include <utility>

namespace skyn3t::verify {
namespace {

using ViewState = rest::VerificationView::State;

bool is_good(const rest::Check& check) {
    return check.state == rest::Check::State::passed || check.state == rest::Check::State::skipped;
}

}  // namespace

Result<void> Board::begin(rest::VerificationView view) {
    const std::lock_guard lock(mutex_);
    if (!views_.empty() && views_.back().state == ViewState::running)
        return fail(Errc::too_many, "another verification is running: " + views_.back().sid.str());
    views_.push_back(std::move(view));
    if (views_.size() > kKept) views_.pop_front();
    return {};
}

void Board::update(const VerificationSid& sid, std::size_t community, const rest::Check& check) {
    const std::lock_guard lock(mutex_);
    rest::VerificationView* view = at(sid);
    if (view == nullptr || community >= view->communities.size()) return;
    auto& checks = view->communities[community].checks;
    const auto found = std::find_if(checks.begin(), checks.end(),
                                    [&](const rest::Check& known) { return known.id == check.id; });
    if (found != checks.end()) *found = check;
}

void Board::end(const VerificationSid& sid) {
    const std::lock_guard lock(mutex_);
    rest::VerificationView* view = at(sid);
    if (view == nullptr) return;
    const bool has_passed =
        std::all_of(view->communities.begin(), view->communities.end(), [](const auto& community) {
            return std::all_of(community.checks.begin(), community.checks.end(), is_good);
        });
    view->state = has_passed ? ViewState::passed : ViewState::failed;
}

std::optional<rest::VerificationView> Board::find(const VerificationSid& sid) const {
    const std::lock_guard lock(mutex_);
    for (const auto& view : views_)
        if (view.sid == sid) return view;
    return std::nullopt;
}

rest::VerificationView* Board::at(const VerificationSid& sid) {
    const auto found = std::find_if(views_.begin(), views_.end(),
                                    [&](const auto& view) { return view.sid == sid; });
    return found == views_.end() ? nullptr : &*found;
}

}  // namespace skyn3t::verify
