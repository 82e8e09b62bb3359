#include "lib/kube/credentials.h"

#include <filesystem>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "tests/fakes/temporary_folder.h"

namespace kontrakt::kube {
namespace {

using Variables = std::map<std::string, std::string>;

using fakes::TemporaryFolder;
using std::chrono::minutes;
using std::chrono::seconds;

class CredentialsTest : public ::testing::Test {
 protected:
  Credentials Of(Connection connection) {
    return Credentials(std::move(connection), Environment(Variables{{"PATH", "/usr/bin:/bin"}}), false,
                       [this] { return now_; });
  }
  /// A plugin that counts its runs and hands out "run-N", valid until `expires`.
  Connection WithPlugin(const std::string& expires) {
    const std::string count = folder_ / "count";
    const std::string script = folder_.Write(
        "plugin", "#!/bin/sh\necho x >>" + count + "\nn=$(wc -l <" + count +
                      ")\necho '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
                      "\"status\":{\"token\":\"run-'$n'\"" +
                      (expires.empty() ? "" : ",\"expirationTimestamp\":\"" + expires + "\"") + "}}'\n");
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    Connection connection;
    connection.exec =
        ExecPlugin{.api_version = "client.authentication.k8s.io/v1", .command = script, .interactive_mode = "Never"};
    return connection;
  }
  std::string Authorization(Credentials& credentials) {
    const auto identity = credentials.Current(Bound());
    return identity ? identity->authorization : identity.error().ToString();
  }

  TemporaryFolder folder_;
  WallTime now_ = *ParseRfc3339("2026-01-02T03:04:05Z");
};

TEST_F(CredentialsTest, AreTheTokenOrNameAndPassword) {
  Connection connection;
  connection.token = "abc";
  Credentials token = Of(connection);
  EXPECT_EQ(Authorization(token), "Bearer abc");
  connection = Connection();
  connection.username = "u";
  connection.password = "p:q";
  Credentials basic = Of(connection);
  EXPECT_EQ(Authorization(basic), "Basic " + Base64Encode("u:p:q"));
  Credentials nobody = Of(Connection());
  EXPECT_EQ(Authorization(nobody), "");
}

TEST_F(CredentialsTest, CantBeRefreshedWhereTheyAreFixed) {
  Connection connection;
  connection.token = "abc";
  Credentials credentials = Of(connection);
  EXPECT_FALSE(credentials.Reject(credentials.Current(Bound())->generation));
}

TEST_F(CredentialsTest, ReadATokenFileAgainAfterFiftySeconds) {
  Connection connection;
  connection.token_file = folder_.Write("token", " first\n");
  Credentials credentials = Of(connection);
  EXPECT_EQ(Authorization(credentials), "Bearer first");
  folder_.Write("token", "second");
  now_ += seconds(49);
  EXPECT_EQ(Authorization(credentials), "Bearer first");
  now_ += seconds(1);
  EXPECT_EQ(Authorization(credentials), "Bearer second");
}

TEST_F(CredentialsTest, ReadATokenFileAgainAfterARejection) {
  Connection connection;
  connection.token_file = folder_.Write("token", "first");
  Credentials credentials = Of(connection);
  const auto before = credentials.Current(Bound());
  folder_.Write("token", "second");
  EXPECT_TRUE(credentials.Reject(before->generation));
  const auto after = credentials.Current(Bound());
  EXPECT_EQ(after->authorization, "Bearer second");
  EXPECT_NE(after->generation, before->generation);
}

TEST_F(CredentialsTest, KeepTheTokenWhenTheFileVanishesOrIsEmpty) {
  Connection connection;
  connection.token_file = folder_.Write("token", "first");
  Credentials credentials = Of(connection);
  EXPECT_EQ(Authorization(credentials), "Bearer first");
  folder_.Write("token", "\n");
  now_ += minutes(2);
  EXPECT_EQ(Authorization(credentials), "Bearer first");
  std::filesystem::remove(connection.token_file);
  now_ += minutes(2);
  EXPECT_EQ(Authorization(credentials), "Bearer first");
}

TEST_F(CredentialsTest, SayThatATokenFileIsMissingOrEmpty) {
  Connection connection;
  connection.token_file = folder_ / "token";
  EXPECT_EQ(Of(connection).Current(Bound()).error().code(), ErrorCode::kInvalidInput);
  folder_.Write("token", "");
  EXPECT_EQ(Of(connection).Current(Bound()).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(CredentialsTest, ReadCertificateFilesAgainAfterFiveMinutes) {
  const auto certificate = [](const std::string& text) {
    return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
  };
  const std::string key = "-----BEGIN PRIVATE KEY-----\nk\n-----END PRIVATE KEY-----\n";
  Connection connection;
  connection.client_cert_pem = certificate("first");
  connection.client_key_pem = key;
  connection.client_cert_file = folder_.Write("crt", certificate("second"));
  connection.client_key_file = folder_.Write("key", key);
  Credentials credentials = Of(connection);
  EXPECT_EQ(credentials.Current(Bound())->client_cert_pem, certificate("first"));
  now_ += minutes(5);
  EXPECT_EQ(credentials.Current(Bound())->client_cert_pem, certificate("second"));
  // Half a rotation: the certificate is being written.
  folder_.Write("crt", "-----BEGIN CERTIFICATE-----\nthi");
  now_ += minutes(5);
  EXPECT_EQ(credentials.Current(Bound())->client_cert_pem, certificate("second"));
}

TEST_F(CredentialsTest, RunAPluginOnceForTheProcessWhereItsCredentialHasNoExpiry) {
  Credentials credentials = Of(WithPlugin(""));
  EXPECT_EQ(Authorization(credentials), "Bearer run-1");
  now_ += std::chrono::hours(1000);
  EXPECT_EQ(Authorization(credentials), "Bearer run-1");
}

TEST_F(CredentialsTest, RunAPluginAgainOnceItsCredentialHasExpired) {
  Credentials credentials = Of(WithPlugin("2026-01-02T03:05:00Z"));
  EXPECT_EQ(Authorization(credentials), "Bearer run-1");
  now_ = *ParseRfc3339("2026-01-02T03:05:00Z");
  EXPECT_EQ(Authorization(credentials), "Bearer run-1");
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(Authorization(credentials), "Bearer run-2");
}

TEST_F(CredentialsTest, RunAPluginAgainAfterARejectionButOnlyOnce) {
  Credentials credentials = Of(WithPlugin(""));
  const auto first = credentials.Current(Bound());
  EXPECT_TRUE(credentials.Reject(first->generation));
  EXPECT_EQ(Authorization(credentials), "Bearer run-2");
  // Another request that was sent with the first credential too.
  EXPECT_TRUE(credentials.Reject(first->generation));
  EXPECT_EQ(Authorization(credentials), "Bearer run-2");
}

}  // namespace
}  // namespace kontrakt::kube
