#include "lib/base/redact.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "lib/base/strings.h"

namespace kontrakt {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kJwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl-_x";

TEST(Redactor, LeavesOrdinaryTextAlone) {
  Redactor redactor;
  redactor.AddSecret("hunter2hunter2");
  for (const char* text : {"", "pod/a: 0/1 ready", "basic authentication is off", "bearer token expired",
                           "https://example.com/a?b=c", "mail@example.com", "eyJ.eyJ.x"}) {
    EXPECT_EQ(redactor.Redact(text), text);
  }
}

TEST(Redactor, MasksASecretWhereverItStands) {
  Redactor redactor;
  redactor.AddSecret("s3cr3t-value");
  EXPECT_EQ(redactor.Redact("s3cr3t-value"), "***");
  EXPECT_EQ(redactor.Redact("a s3cr3t-value, as3cr3t-valueb"), "a ***, a***b");
}

TEST(Redactor, LeavesShortValuesAlone) {
  Redactor redactor;
  redactor.AddSecret("12345");
  redactor.AddSecret("");
  EXPECT_EQ(redactor.Redact("port 12345"), "port 12345");
  redactor.AddSecret("123456");
  EXPECT_EQ(redactor.Redact("port 123456"), "port ***");
}

TEST(Redactor, MasksBase64AtAnyAlignment) {
  const std::string secret = "s3cr3t?>value~1";
  Redactor redactor;
  redactor.AddSecret(secret);
  EXPECT_EQ(redactor.Redact(Base64Encode(secret)), "***");
  for (const char* before : {"", "u:", "ab:", "abc:"}) {
    for (const char* after : {"", "1", "12", "123"}) {
      const std::string text = Base64Encode(before + secret + after);
      const std::string masked = redactor.Redact(text);
      // What is left may be neighbours and shared bits: never three characters of the secret's own in a row.
      EXPECT_THAT(masked, HasSubstr("***")) << text;
      EXPECT_LE(masked.size(), 3 + Base64Encode(before).size() + Base64Encode(after).size() + 4) << masked;
    }
  }
}

TEST(Redactor, MasksUrlSafeBase64AndPercentEncoding) {
  const std::string secret = "a?>b~ c/d\xff\xfe+";
  Redactor redactor;
  redactor.AddSecret(secret);
  std::string url_safe = Base64Encode(secret);
  for (char& c : url_safe)
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  EXPECT_EQ(redactor.Redact("x " + url_safe), "x ***");
  EXPECT_EQ(redactor.Redact("q=" + PercentEncode(secret)), "q=***");
  EXPECT_EQ(redactor.Redact("q=" + ToLower(PercentEncode(secret))), "q=***");
}

TEST(Redactor, MasksTheFormThatJsonGivesIt) {
  Redactor redactor;
  redactor.AddSecret("pa\"ss\\word\t\x01");
  EXPECT_THAT(redactor.Redact(R"({"a":"pa\"ss\\word"})"), Not(HasSubstr("***")));
  redactor.AddSecret("pa\"ss\\word");
  EXPECT_EQ(redactor.Redact(R"({"a":"pa\"ss\\word"})"), R"({"a":"***"})");
}

TEST(Redactor, MasksEachLineOfASecretOfManyLinesButNotPemFrames) {
  Redactor redactor;
  redactor.AddSecret(
      "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n  indented-line \nshort\n-----END PRIVATE KEY-----\n");
  EXPECT_EQ(redactor.Redact("got MIIEvQIBADANBg"), "got ***");
  EXPECT_EQ(redactor.Redact("indented-line"), "***");
  EXPECT_EQ(redactor.Redact("short"), "short");
  EXPECT_EQ(redactor.Redact("-----BEGIN PRIVATE KEY-----"), "-----BEGIN PRIVATE KEY-----");
}

TEST(Redactor, IgnoresTheLineFeedThatEndsASecretFile) {
  Redactor redactor;
  redactor.AddSecret("s3cr3t-value\n");
  EXPECT_EQ(redactor.Redact("s3cr3t-value."), "***.");
  EXPECT_EQ(redactor.Redact(Base64Encode("s3cr3t-value\n")), "***");
}

TEST(Redactor, MasksSecretsThatOverlapWithoutARest) {
  Redactor redactor;
  redactor.AddSecret("abcdefgh");
  redactor.AddSecret("efghijkl");
  redactor.AddSecret("abcdefghij");
  EXPECT_EQ(redactor.Redact("-abcdefghijkl-"), "-***-");
}

TEST(Redactor, MasksJsonWebTokens) {
  const Redactor redactor;
  EXPECT_EQ(redactor.Redact("token " + std::string(kJwt) + ", end"), "token ***, end");
  EXPECT_EQ(redactor.Redact("\"" + std::string(kJwt) + "\""), "\"***\"");
}

TEST(Redactor, MasksAuthorization) {
  const Redactor redactor;
  EXPECT_EQ(redactor.Redact("Authorization: Bearer abc"), "Authorization: Bearer ***");
  EXPECT_EQ(redactor.Redact("authorization: basic dXNlcjpwYXNz\n"), "authorization: basic ***\n");
  EXPECT_EQ(redactor.Redact("header 'Bearer sha256~AbCd1234' refused"), "header 'Bearer ***' refused");
}

TEST(Redactor, MasksPasswordsInUrls) {
  const Redactor redactor;
  EXPECT_EQ(redactor.Redact("postgres://user:pa@ss@db:5432/x"), "postgres://user:***@db:5432/x");
  EXPECT_EQ(redactor.Redact("see https://ghp_token@host/path@1"), "see https://***@host/path@1");
  EXPECT_EQ(redactor.Redact("ssh://git@host/x"), "ssh://git@host/x");
  EXPECT_EQ(redactor.Redact("https://host/a:b@c"), "https://host/a:b@c");
}

TEST(Redactor, TakesTimeInProportionToTheText) {
  Redactor redactor;
  for (int i = 0; i < 2000; ++i)
    redactor.AddSecret("secret-number-" + std::to_string(i * 7919));
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += "an ordinary line of a log, secret-number, b://b b:b B\n";
  EXPECT_EQ(redactor.Redact(text), text);
}

TEST(Redactor, CleansControlCharactersButLineFeedAndTab) {
  const Redactor redactor;
  EXPECT_EQ(redactor.Clean("a\tb\r\nc\x07\x08\x7f"), "a\tb\nc");
  EXPECT_EQ(redactor.Clean("\x1b[31mred\x1b[0m \x1b]0;title\x07x\x1b]8;;http://a\x1b\\y\x1b"), "red xy");
  EXPECT_EQ(redactor.Clean("a\xC2\x9B"
                           "31mb"),
            "a31mb");
  EXPECT_EQ(redactor.Clean("a\xE2\x80\xAE"
                           "b\xE2\x80\xA8"
                           "c"),
            "abc");
  EXPECT_EQ(redactor.Clean("ä€😀"), "ä€😀");
  EXPECT_EQ(redactor.Clean("a\xff\xC3"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Redactor, MasksASecretThatControlCharactersCutInTwo) {
  Redactor redactor;
  redactor.AddSecret("s3cr3t-value");
  EXPECT_EQ(redactor.Clean("s3cr3t\x1b[1m-value"), "***");
  EXPECT_EQ(redactor.Clean("s3cr\r3t-value"), "***");
}

TEST(RedactUrl, KeepsOnlySchemeHostAndPath) {
  EXPECT_EQ(RedactUrl("https://user:pass@host:8443/a/b?sig=1#f"), "https://host:8443/a/b");
  EXPECT_EQ(RedactUrl("https://host/a@b"), "https://host/a@b");
  EXPECT_EQ(RedactUrl("host/a?b"), "host/a");
  EXPECT_EQ(RedactUrl(""), "");
}

TEST(IsSecretName, KnowsTheUsualNames) {
  for (const char* name : {"PASSWORD", "db-password", "API_TOKEN", "clientSecret", "AWS_SECRET_ACCESS_KEY", "SSH_KEY",
                           "apiKey", "MYSQL_PWD", "key", "proxy-authorization", "tls.key", "GOOGLE_CREDENTIALS"}) {
    EXPECT_TRUE(IsSecretName(name)) << name;
  }
  for (const char* name :
       {"HOME", "KEYBOARD", "SECRET_NAME", "TOKEN_FILE", "PATH", "MONKEY", "AWS_ACCESS_KEY_ID", ""}) {
    EXPECT_FALSE(IsSecretName(name)) << name;
  }
}

}  // namespace
}  // namespace kontrakt
