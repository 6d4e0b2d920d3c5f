#include "server/migration_words.hpp"

#include <gmock/gmock.h>

#include "server/provisioning_words.hpp"

namespace skyn3t::server {
namespace {

using model::Stage;
using model::Target;
using testing::HasSubstr;
using testing::Not;
namespace words = migration_words;

twilio::Failure unreachable() {
    twilio::Failure failure;
    failure.message = "timeout";
    return failure;
}

TEST(ProvisioningWords, ToGoOnIsAnApplySinceWhatWasAskedForIsDeclaredAlready) {
    const auto why = explain(unreachable(), Target::twilio);
    EXPECT_THAT(why.es, HasSubstr("Repita apply: seguirá donde quedó."));
    EXPECT_THAT(why.en, HasSubstr("Apply again: it goes on where it stopped."));
    EXPECT_THAT(not_begun().es, HasSubstr("Repita apply"));
}

TEST(ProvisioningWords, AStepOfAMigrationThatIsTakenBackIsRepeatedItself) {
    const auto why = repeat_step(explain(unreachable(), Target::twilio));
    EXPECT_EQ(why.es, "Twilio no respondió (timeout). Repita este paso.");
    EXPECT_EQ(why.en, "Twilio did not answer (timeout). Repeat this step.");
    twilio::Failure refused;
    refused.status = 400;
    refused.code = 21402;
    refused.message = "no";
    EXPECT_THAT(repeat_step(explain(refused, Target::twilio)).es,
                HasSubstr("Corríjalo y repita este paso."));
    EXPECT_THAT(repeat_step(explain(refused, Target::twilio)).en,
                HasSubstr("Mend it and repeat this step."));
}

TEST(MigrationWords, AStepWhoseMigrationWentBackSaysWhyAndThatItHasNoEffect) {
    const auto why =
        words::taken_back({"5 de las últimas 5 llamadas fallaron", "5 of 5 failed"}, Stage::phones);
    EXPECT_THAT(why.es, HasSubstr("volvió sola a la etapa de los teléfonos: 5 de las últimas 5"));
    EXPECT_THAT(why.es, HasSubstr("queda sin efecto"));
    EXPECT_THAT(why.en, HasSubstr("to the stage of the phones: 5 of 5 failed"));
}

TEST(MigrationWords, WhoHasArrivedIsToldToDeclareItThoughCleaningFailed) {
    const auto why = words::arrived_but(Target::local, explain(unreachable(), Target::twilio));
    EXPECT_THAT(why.es, HasSubstr("Twilio no respondió"));
    EXPECT_THAT(why.es, HasSubstr("«target: local»"));
    EXPECT_THAT(why.es, HasSubstr("apply hace lo que falta"));
    EXPECT_THAT(why.en, HasSubstr("\"target: local\""));
}

TEST(MigrationWords, WhatWaitsIsSaidInSpanishInSpanish) {
    const Error busy{Errc::too_many, "another verification is running: VE1"};
    EXPECT_THAT(words::not_verified(busy).es, HasSubstr("Otra verificación está en curso"));
    EXPECT_THAT(words::not_verified(busy).es, Not(HasSubstr("another")));
    const Error waits{Errc::too_many, "too many jobs are waiting"};
    EXPECT_THAT(words::not_declared(waits).es, HasSubstr("demasiado trabajo en espera"));
    EXPECT_THAT(repeat_step(words::too_much_waits()).es, HasSubstr("repita este paso"));
}

}  // namespace
}  // namespace skyn3t::server
