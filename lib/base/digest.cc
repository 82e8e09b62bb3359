#include "lib/base/digest.h"

#include <array>
#include <utility>

#include <openssl/evp.h>

#include "lib/base/check.h"

namespace kontrakt {
namespace {

constexpr std::size_t kSha256HexLength = 64;
constexpr std::size_t kSha512HexLength = 128;

bool IsLowerHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

Result<Digest> Digest::Parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return InvalidInput("'" + std::string(text) + "' is no digest: it has no algorithm (sha256:…)");
  }
  const std::string_view algorithm = text.substr(0, colon);
  const std::string_view hex = text.substr(colon + 1);
  std::size_t length = 0;
  if (algorithm == "sha256")
    length = kSha256HexLength;
  if (algorithm == "sha512")
    length = kSha512HexLength;
  if (length == 0)
    return InvalidInput("digest '" + std::string(text) + "' is of an unknown algorithm");
  if (hex.size() != length || !IsLowerHex(hex)) {
    return InvalidInput("digest '" + std::string(text) + "' is not " + std::to_string(length) +
                        " lower-case hexadecimal digits");
  }
  return Digest(std::string(text));
}

Digest Digest::Of(std::string_view bytes) {
  return Digest("sha256:" + HexEncode(Sha256Raw(bytes)));
}

std::string_view Digest::algorithm() const {
  return std::string_view(text_).substr(0, text_.find(':'));
}

std::string_view Digest::hex() const {
  const std::size_t colon = text_.find(':');
  return colon == std::string::npos ? std::string_view() : std::string_view(text_).substr(colon + 1);
}

struct Hasher::State {
  std::string algorithm;
  std::unique_ptr<EVP_MD_CTX, FreeContext> context;
};

Hasher::Hasher(std::string_view algorithm) : state_(std::make_unique<State>()) {
  KT_CHECK(algorithm == "sha256" || algorithm == "sha512");
  state_->algorithm = algorithm;
  state_->context.reset(EVP_MD_CTX_new());
  KT_CHECK(state_->context != nullptr);
  const EVP_MD* const method = algorithm == "sha512" ? EVP_sha512() : EVP_sha256();
  KT_CHECK(EVP_DigestInit_ex(state_->context.get(), method, nullptr) == 1);
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::Update(std::string_view bytes) {
  KT_CHECK(state_ != nullptr && state_->context != nullptr);
  KT_CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

Digest Hasher::Finish() {
  KT_CHECK(state_ != nullptr && state_->context != nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned length = 0;
  KT_CHECK(EVP_DigestFinal_ex(state_->context.get(), raw.data(), &length) == 1);
  state_->context.reset();
  return Digest(state_->algorithm + ":" +
                HexEncode(std::string_view(reinterpret_cast<const char*>(raw.data()), length)));
}

std::string Sha256Raw(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned length = 0;
  KT_CHECK(EVP_Digest(bytes.data(), bytes.size(), raw.data(), &length, EVP_sha256(), nullptr) == 1);
  return {reinterpret_cast<const char*>(raw.data()), length};
}

std::string HexEncode(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15U];
  }
  return text;
}

}  // namespace kontrakt
