#include "lib/net/tls.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "tests/fakes/temporary_folder.h"

namespace kontrakt::net {
namespace {

using Variables = std::map<std::string, std::string>;

using fakes::TemporaryFolder;

TEST(TrustStore, IsWhatTheEnvironmentNames) {
  const auto store = FindTrustStore(Environment(Variables{{"SSL_CERT_FILE", "/a.pem"}, {"SSL_CERT_DIR", "/certs"}}));
  EXPECT_EQ(store.file, "/a.pem");
  EXPECT_EQ(store.folder, "/certs");
}

TEST(TrustStore, PrefersAFolderOfHashesToTheBundle) {
  const TemporaryFolder root;
  root.Write("etc/ssl/certs/ca-certificates.crt", "bundle");
  root.Write("etc/ssl/certs/5ed36f99.0", "one");
  const auto store = FindTrustStore(Environment(), root.path());
  EXPECT_EQ(store.folder, root / "etc/ssl/certs");
  EXPECT_EQ(store.file, "");
}

TEST(TrustStore, TakesTheBundleWhereTheFolderHasNoHashes) {
  const TemporaryFolder root;
  root.Write("etc/ssl/certs/ca-certificates.crt", "bundle");
  root.Write("etc/ssl/certs/named.pem", "not found by its issuer");
  EXPECT_EQ(FindTrustStore(Environment(), root.path()).file, root / "etc/ssl/certs/ca-certificates.crt");
}

TEST(TrustStore, FindsTheBundlesOfOtherDistributions) {
  for (const char* path : {"etc/pki/tls/certs/ca-bundle.crt", "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                           "etc/ssl/ca-bundle.pem", "etc/ssl/cert.pem"}) {
    const TemporaryFolder root;
    root.Write(path, "bundle");
    const auto store = FindTrustStore(Environment(), root.path());
    EXPECT_EQ(store.file, root / path);
    EXPECT_EQ(store.folder, "");
  }
}

TEST(TrustStore, IsEmptyWhereThereIsNone) {
  const TemporaryFolder root;
  const auto store = FindTrustStore(Environment(), root.path());
  EXPECT_EQ(store.file + store.folder, "");
}

}  // namespace
}  // namespace kontrakt::net
