#include "tests/fakes/tls/certificates.h"

#include <utility>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "lib/base/check.h"

namespace kontrakt::fakes {
namespace {

constexpr long kDay = 24 * 60 * 60;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

std::string TextOf(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string Pem(X509* certificate) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  KT_CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return TextOf(bio.get());
}

std::string Pem(EVP_PKEY* key) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  KT_CHECK(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return TextOf(bio.get());
}

void AddExtension(X509* certificate, int kind, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  KT_CHECK(extension != nullptr);
  KT_CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
}

Certificate Unsigned(const std::string& common_name, EVP_PKEY* key) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDay);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.c_str()),
                             -1, -1, 0);
  return certificate;
}

void Sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  KT_CHECK(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
}

}  // namespace

struct CertificateAuthority::Pair {
  Key key;
  Certificate certificate;
};

CertificateAuthority::CertificateAuthority() = default;
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

CertificateAuthority::CertificateAuthority(const std::string& common_name) : pair_(std::make_unique<Pair>()) {
  pair_->key = Key(EVP_EC_gen("P-256"));
  pair_->certificate = Unsigned(common_name, pair_->key.get());
  AddExtension(pair_->certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(pair_->certificate.get(), NID_key_usage, "critical,keyCertSign");
  Sign(pair_->certificate.get(), pair_->certificate.get(), pair_->key.get());
  certificate_ = Pem(pair_->certificate.get());
}

CertificateAuthority CertificateAuthority::Intermediate(const std::string& common_name) const {
  CertificateAuthority below;
  below.pair_ = std::make_unique<Pair>();
  below.pair_->key = Key(EVP_EC_gen("P-256"));
  below.pair_->certificate = Unsigned(common_name, below.pair_->key.get());
  AddExtension(below.pair_->certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(below.pair_->certificate.get(), NID_key_usage, "critical,keyCertSign");
  Sign(below.pair_->certificate.get(), pair_->certificate.get(), pair_->key.get());
  below.certificate_ = Pem(below.pair_->certificate.get());
  return below;
}

CertifiedKey CertificateAuthority::Issue(const std::string& common_name, const std::vector<std::string>& names) const {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = Unsigned(common_name, key.get());
  std::string joined;
  for (const std::string& name : names) {
    joined += (joined.empty() ? "" : ",") + name;
  }
  if (!joined.empty()) {
    AddExtension(certificate.get(), NID_subject_alt_name, joined);
  }
  AddExtension(certificate.get(), NID_ext_key_usage, names.empty() ? "clientAuth" : "serverAuth");
  Sign(certificate.get(), pair_->certificate.get(), pair_->key.get());
  return {Pem(certificate.get()), Pem(key.get())};
}

}  // namespace kontrakt::fakes
