#include <fmt/format.h>

#include "cli/commands.hpp"

namespace skyn3t::cli {

Exit blocks(const Session& session) {
    const auto answer = session.api.get("/v1/Blocks");
    if (!answer) return session.print_error(answer.error());
    return session.print(*answer, render_blocks(list_of(*answer, "blocks"), session.style()));
}

Exit blocks_clear(const Session& session) {
    http::Params query;
    if (!session.options.address.empty()) query.add("Address", session.options.address);
    if (!session.options.user.empty()) query.add("User", session.options.user);
    const auto answer = session.api.remove("/v1/Blocks", std::move(query));
    if (!answer) return session.print_error(answer.error());
    const double cleared = number_of(*answer, "cleared");
    const std::string text =
        cleared == 0 ? session.say("No había nada que liberar.\n", "There was nothing to clear.\n")
        : cleared == 1 ? session.say("Se liberó 1 usuario.\n", "1 user was cleared.\n")
                       : fmt::format(fmt::runtime(session.say("Se liberaron {:.0f} usuarios.\n",
                                                              "{:.0f} users were cleared.\n")),
                                     cleared);
    return session.print(*answer, text);
}

}  // namespace skyn3t::cli
