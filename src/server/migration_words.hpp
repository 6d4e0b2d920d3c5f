#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/migration.hpp"
#include "rest/provisioning.hpp"

// What the state machine of a migration is in words. Pure.
namespace skyn3t::server::migration_words {

using rest::Sentence;

// What calls do in a stage; `home` of a community that does not move.
[[nodiscard]] Sentence now(model::Target to, model::Stage stage);
[[nodiscard]] Sentence at_rest(model::Target home);
// What entering a stage does, and what it cannot.
[[nodiscard]] std::vector<Sentence> does(model::Target to, model::Stage next);
[[nodiscard]] std::vector<Sentence> cannot(model::Target to, model::Stage next);
[[nodiscard]] std::vector<Sentence> finish_does(model::Target to);
// `absent`: the phones that are not registered here, for people.
[[nodiscard]] Sentence obstacle(model::Obstacle obstacle, const std::string& code, model::Target to,
                                const std::string& absent);
[[nodiscard]] Sentence is_busy();
[[nodiscard]] Sentence too_much_waits();
// What has changed while a step waited for its turn, or was being taken.
[[nodiscard]] Sentence taken_back(const Sentence& why, model::Stage now);
[[nodiscard]] Sentence declared_otherwise();
[[nodiscard]] Sentence is_gone();

// The lines of a step's checklist.
[[nodiscard]] Sentence prepare();
[[nodiscard]] Sentence switch_to(model::Target to, model::Stage stage);
[[nodiscard]] Sentence verify_here();
[[nodiscard]] Sentence call_number(const std::string& number);
[[nodiscard]] Sentence call_here(const std::string& address);
[[nodiscard]] Sentence restore_voice(const std::string& number);
[[nodiscard]] Sentence clean_up();
[[nodiscard]] Sentence arrive(model::Target to);

// Why one of them was left out or has failed.
[[nodiscard]] Sentence no_test_call();
[[nodiscard]] Sentence number_is_elsewhere(const std::string& number);
[[nodiscard]] Sentence not_asked(const std::string& status);
[[nodiscard]] Sentence not_arrived(const std::string& address, const std::string& status);
[[nodiscard]] Sentence verification_failed();
[[nodiscard]] Sentence not_verified(const Error& error);
[[nodiscard]] Sentence not_stored(const Error& error);
[[nodiscard]] Sentence not_declared(const Error& error);
// It lives at `to` now, and yet not everything is done.
[[nodiscard]] Sentence arrived_but(model::Target to, const Sentence& why);
[[nodiscard]] Sentence went_back(const Sentence& why, model::Stage stage);
[[nodiscard]] Sentence server_ends();

}  // namespace skyn3t::server::migration_words
