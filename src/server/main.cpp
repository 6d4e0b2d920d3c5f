#include "cli/run.hpp"
#include "server/server.hpp"

int main(int argc, char** argv) {
    return skyn3t::cli::run({argv + 1, argv + argc}, skyn3t::cli::process_environment(),
                            [](const skyn3t::cli::ServeOptions& options) {
                                return skyn3t::server::serve(options.config);
                            });
}
