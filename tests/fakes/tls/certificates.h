#pragma once

#include <memory>
#include <string>
#include <vector>

namespace kontrakt::fakes {

/// A certificate and its private key, both PEM.
struct CertifiedKey {
  std::string certificate;
  std::string key;
};

/// Makes certificates for tests, with fresh P-256 keys, valid for a day around now.
///
/// Threads: confined to one.
class CertificateAuthority {
 public:
  /// A self-signed root.
  explicit CertificateAuthority(const std::string& common_name);
  ~CertificateAuthority();
  CertificateAuthority(CertificateAuthority&&) noexcept;

  /// An authority below this one.
  CertificateAuthority Intermediate(const std::string& common_name) const;
  /// `names` are subject alternative names as OpenSSL writes them: "DNS:localhost", "IP:127.0.0.1". None: a client's.
  CertifiedKey Issue(const std::string& common_name, const std::vector<std::string>& names = {}) const;
  const std::string& certificate() const { return certificate_; }

 private:
  struct Pair;
  CertificateAuthority();
  std::unique_ptr<Pair> pair_;
  std::string certificate_;
};

}  // namespace kontrakt::fakes
