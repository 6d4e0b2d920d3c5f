#include "server/certificate_watch.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"
#include "support/temporary_directory.hpp"
#include "unit/http/tls_server.hpp"

namespace skyn3t::server {
namespace {

using namespace std::chrono_literals;

class Watch : public testing::Test {
  protected:
    Watch() {
        put(http::test::Certificate());
        certificate_ =
            std::move(*http::Certificate::load({files_.file("s.pem"), files_.file("s.key")}));
        watch_ = std::make_unique<CertificateWatch>(loop_.wheel, *certificate_,
                                                    [this](const std::function<void()>& work) {
                                                        ++looks_;
                                                        work();
                                                    });
        watch_->start();
    }
    void put(const http::test::Certificate& certificate) {
        certificate.write_pem(files_.file("s.pem"));
        certificate.write_key(files_.file("s.key"));
    }

    test::FakeLoop loop_;
    skyn3t::test::TemporaryDirectory files_;
    std::unique_ptr<http::Certificate> certificate_;
    int looks_ = 0;
    std::unique_ptr<CertificateWatch> watch_;
};

TEST_F(Watch, LooksOnceAMinute) {
    loop_.run_for(59s);
    EXPECT_EQ(looks_, 0);
    loop_.run_for(2s);
    EXPECT_EQ(looks_, 1);
    loop_.run_for(60s);
    EXPECT_EQ(looks_, 2);
}

TEST_F(Watch, TakesFilesThatHaveChanged) {
    const auto before = certificate_->context();
    loop_.run_for(61s);
    EXPECT_EQ(certificate_->context(), before) << "nothing has changed";
    put(http::test::Certificate());
    loop_.run_for(60s);
    EXPECT_NE(certificate_->context(), before);
}

TEST_F(Watch, KeepsWhatItHasWhenTheNewFilesAreBad) {
    const auto before = certificate_->context();
    files_.write("s.pem", "half a certifica");
    loop_.run_for(61s);
    EXPECT_EQ(certificate_->context(), before);
    put(http::test::Certificate());
    loop_.run_for(60s);
    EXPECT_NE(certificate_->context(), before) << "and takes the next good ones";
}

TEST_F(Watch, ReadsThemAtOnceWhenTheOperatorAsks) {
    const auto before = certificate_->context();
    watch_->reload();
    EXPECT_NE(certificate_->context(), before);
}

TEST(CertificateFault, IsSaidInBothLanguages) {
    const http::CertificateFault fault{http::CertificateFault::Kind::key_does_not_fit, "s.key",
                                       "why"};
    EXPECT_EQ(in_spanish(fault), "la llave s.key no corresponde al certificado (why)");
    EXPECT_EQ(in_english(fault), "the key s.key does not belong to the certificate (why)");
}

}  // namespace
}  // namespace skyn3t::server
