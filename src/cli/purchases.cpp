#include "cli/purchases.hpp"

#include <fmt/format.h>

#include "cli/table.hpp"

namespace skyn3t::cli {
namespace {

std::string monthly(const Json& purchase, const Style& style) {
    if (!purchase.contains("price") || !purchase["price"].is_number())
        return style.say("precio desconocido", "price unknown");
    return fmt::format(fmt::runtime(style.say("{:.2f} {} al mes (límite {:.2f})",
                                              "{:.2f} {} a month (limit {:.2f})")),
                       number_of(purchase, "price"), printable(text_of(purchase, "price_unit")),
                       number_of(purchase, "max_price"));
}

std::string purchase_heading(const Json& purchase, const Style& style) {
    const std::string status = text_of(purchase, "status");
    const std::string number = printable(text_of(purchase, "number"));
    const std::string kind = fmt::format("{}, {}", printable(text_of(purchase, "number_type")),
                                         printable(text_of(purchase, "iso_country")));
    if (number.empty())
        return fmt::format(
            fmt::runtime(style.say("ningún número que comprar ({})", "no number to buy ({})")),
            kind);
    if (status == "owned")
        return fmt::format(fmt::runtime(style.say("usar {}, que ya se compró",
                                                  "use {}, which has been bought already")),
                           number);
    const char* const text =
        status == "bought" ? style.say("comprado {} ({}), {}", "bought {} ({}), {}")
        : status == "offered"
            ? style.say("comprar {} ({}), {}; se cobra de inmediato",
                        "buy {} ({}), {}; it is billed at once")
            : style.say("no se puede comprar {} ({}), {}", "cannot buy {} ({}), {}");
    return fmt::format(fmt::runtime(text), number, kind, monthly(purchase, style));
}

}  // namespace

std::string render_purchases(const Json& purchases, const Style& style) {
    std::string out;
    for (const Json& purchase : purchases) {
        out += fmt::format("  $ {}: {}\n", printable(text_of(purchase, "code")),
                           purchase_heading(purchase, style));
        for (const Json& note : list_of(purchase, "notes"))
            out += fmt::format("      {}\n",
                               printable(text_of(note, style.say("text_es", "text_en"))));
    }
    return out;
}

std::optional<std::string> price_of(const Json& purchases, const Style& style) {
    unsigned count = 0;
    double sum = 0;
    for (const Json& purchase : purchases) {
        if (text_of(purchase, "status") != "offered") continue;
        ++count;
        sum += number_of(purchase, "price");
    }
    if (count == 0) return std::nullopt;
    return fmt::format(fmt::runtime(count == 1 ? style.say("{} número por {:.2f} USD al mes",
                                                           "{} number for {:.2f} USD a month")
                                               : style.say("{} números por {:.2f} USD al mes",
                                                           "{} numbers for {:.2f} USD a month")),
                       count, sum);
}

std::string numbers_to_write(const Json& purchases, const Style& style) {
    if (purchases.empty()) return {};
    std::string out = style.say("Escriba en el archivo, en vez de «number: buy»:\n",
                                "Write in the file, instead of \"number: buy\":\n");
    for (const Json& purchase : purchases)
        out += fmt::format("  number: \"{}\"  # {}\n", printable(text_of(purchase, "number")),
                           printable(text_of(purchase, "code")));
    return out;
}

Exit print_refusal(const Session& session, const ApiError& error) {
    if (!session.options.json)
        session.environment.out << render_purchases(list_of(error.body, "purchases"),
                                                    session.style())
                                << std::flush;
    return session.print_error(error);
}

}  // namespace skyn3t::cli
