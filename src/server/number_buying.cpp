#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "server/communities.hpp"
#include "server/provisioning_words.hpp"

// `number: buy`. A number is bought before its community is declared, since the phones' user names
// are made of it; bought and not yet declared it is known by its name at Twilio.
namespace skyn3t::server {
namespace {

using provision::Purchase;
using Outcome = rest::ApplyOutcome;

provision::Where where_of(const provision::Manifest& manifest, const std::string& code) {
    for (const auto& each : manifest.communities)
        if (each.community.code == code) return each.where("number");
    return {};
}

provision::Finding finding(const char* rule, const provision::Manifest& manifest,
                           const Purchase& purchase, std::string es, std::string en) {
    return {rule, provision::Level::error, where_of(manifest, purchase.wish.code), std::move(es),
            std::move(en)};
}

// Whoever has paid for something is told so, whatever fails afterwards.
rest::Done<Outcome> telling_what_is_bought(std::vector<Purchase> purchases,
                                           rest::Done<Outcome> done) {
    return [purchases = std::move(purchases), done = std::move(done)](Result<Outcome> outcome) {
        const bool is_paid =
            std::any_of(purchases.begin(), purchases.end(),
                        [](const Purchase& each) { return each.state == Purchase::State::bought; });
        if (outcome || !is_paid) return done(std::move(outcome));
        Outcome failed;
        failed.purchases = purchases;
        failed.findings.push_back(
            {"not-applied",
             provision::Level::error,
             {},
             fmt::format("no se pudo aplicar: {}", outcome.error().detail),
             fmt::format("it could not be applied: {}", outcome.error().detail)});
        done(std::move(failed));
    };
}

// What Twilio refuses a purchase for, when it is not to be seen beforehand (errors.md).
rest::Sentence hint(const twilio::Failure& failure) {
    switch (failure.code) {
        case 21615:
        case 21631:
            return {" Falta una dirección: créela en la consola de Twilio y dígala con «address».",
                    " An address is missing: create it in Twilio's console and say it with "
                    "\"address\"."};
        case 21649:
        case 21650:
        case 21651:
            return {
                " Faltan papeles aprobados: preséntelos en la consola de Twilio (Phone Numbers "
                "> Regulatory Compliance > Bundles) y, aprobados, repita apply.",
                " Approved papers are missing: hand them in in Twilio's console (Phone Numbers "
                "> Regulatory Compliance > Bundles) and, once approved, apply again."};
        default:
            return {};
    }
}

}  // namespace

void Communities::buy_all(Outcome& outcome, const provision::Manifest& manifest,
                          const std::string& actor, const Place& place) {
    for (auto& each : outcome.purchases) {
        if (each.state != Purchase::State::offered) continue;
        const auto bought = provision::buy(*place.client, each);
        if (!bought) {
            const auto why = explain(bought.error(), model::Target::twilio);
            const auto more = hint(bought.error());
            outcome.findings.push_back(
                finding("number-not-bought", manifest, each,
                        fmt::format("no se pudo comprar {}. {}{}", each.number, why.es, more.es),
                        fmt::format("{} could not be bought. {}{}", each.number, why.en, more.en)));
            return;
        }
        log::info("number bought number={} community={} price={} unit={} actor={}", each.number,
                  each.wish.code, each.price->price, each.price->unit, skyn3t::quoted(actor));
        store::AuditEntry entry;
        entry.time = parts_.services.wall();
        entry.actor = actor;
        entry.action = "number.buy";
        entry.community = model::account_community();
        entry.detail = fmt::format("{} {} {:.2f} {}", each.wish.code, each.number,
                                   each.price->price, each.price->unit);
        if (const auto noted = parts_.audit.add(std::move(entry)); !noted)
            log::error("a purchase is not in the audit reason={}",
                       skyn3t::quoted(noted.error().detail));
    }
}

void Communities::apply_with_purchases(provision::Manifest manifest, rest::ApplyRequest request,
                                       Outcome outcome, const rest::Done<Outcome>& done,
                                       const Place& place) {
    const auto stored = parts_.store.all();
    if (!stored) return done(tl::unexpected(stored.error()));
    provision::take_stored_numbers(manifest, *stored);
    auto purchases = provision::look_for_numbers(*place.client, provision::wishes_of(manifest));
    if (!purchases) {
        outcome.why = explain(purchases.error(), model::Target::twilio);
        return done(std::move(outcome));
    }
    outcome.purchases = std::move(*purchases);
    for (const auto& each : outcome.purchases) {
        if (each.state == Purchase::State::impossible)
            outcome.findings.push_back(
                finding("number-not-for-sale", manifest, each, each.why.es, each.why.en));
        else if (each.state == Purchase::State::offered && !request.dry_run && !request.buy)
            outcome.findings.push_back(
                finding("buy-not-agreed", manifest, each,
                        "comprar un número cuesta dinero: para hacerlo, apply con --buy",
                        "buying a number costs money: to do so, apply with --buy"));
    }
    if (provision::has_errors(outcome.findings)) return done(std::move(outcome));
    for (const auto& purchase : outcome.purchases)
        for (auto& each : manifest.communities)
            if (const auto number = model::PhoneNumber::parse_e164(purchase.number);
                number && each.community.code == purchase.wish.code)
                each.community.number = *number;
    if (request.dry_run) return apply_read(manifest, request, std::move(outcome), done);
    // Paid last: what can be known to forbid the rest is known by now.
    auto objections = this->objections(manifest, request.prune);
    if (!objections) return done(tl::unexpected(objections.error()));
    for (auto& each : *objections) outcome.findings.push_back(std::move(each));
    if (!provision::has_errors(outcome.findings)) buy_all(outcome, manifest, request.actor, place);
    if (provision::has_errors(outcome.findings)) return done(std::move(outcome));
    auto told = telling_what_is_bought(outcome.purchases, done);
    apply_read(manifest, request, std::move(outcome), told);
}

}  // namespace skyn3t::server
