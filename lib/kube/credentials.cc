#include "lib/kube/credentials.h"

#include "lib/base/base64.h"
#include "lib/base/file.h"
#include "lib/base/strings.h"

namespace kontrakt::kube {
namespace {

// client-go's figures: a minute less ten seconds for tokens, which the kubelet renews at 80 % of their life.
constexpr std::chrono::milliseconds kTokenInterval = std::chrono::seconds(50);
constexpr std::chrono::milliseconds kCertificateInterval = std::chrono::minutes(5);

}  // namespace

Credentials::Credentials(Connection connection, Environment environment, bool terminal, Now now)
    : connection_(std::move(connection)),
      environment_(std::move(environment)),
      terminal_(terminal),
      now_(std::move(now)) {
  identity_.generation = 1;
  identity_.client_cert_pem = connection_.client_cert_pem;
  identity_.client_key_pem = connection_.client_key_pem;
  if (!connection_.token.empty()) {
    identity_.authorization = "Bearer " + connection_.token;
  } else if (!connection_.username.empty()) {
    identity_.authorization = "Basic " + Base64Encode(connection_.username + ":" + connection_.password);
  }
  if (!connection_.client_cert_file.empty())
    certificate_read_ = now_();
}

Result<Identity> Credentials::Current(const Bound& bound) {
  const std::lock_guard lock(mutex_);
  if (!connection_.token_file.empty() && IsDue(token_read_, kTokenInterval))
    KT_TRY(RefreshToken());
  if (!connection_.client_cert_file.empty() && IsDue(certificate_read_, kCertificateInterval))
    RefreshCertificate();
  if (connection_.exec)
    KT_TRY(RefreshPlugin(bound));
  return identity_;
}

bool Credentials::Reject(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation != identity_.generation)
    return true;
  token_read_.reset();
  certificate_read_.reset();
  plugin_credential_.reset();
  return !connection_.token_file.empty() || !connection_.client_cert_file.empty() || connection_.exec.has_value();
}

bool Credentials::IsDue(const std::optional<WallTime>& last, std::chrono::milliseconds interval) const {
  if (!last)
    return true;
  const WallTime now = now_();
  return now < *last || now - *last >= interval;
}

void Credentials::Change(std::string& field, std::string value) {
  if (field == value)
    return;
  field = std::move(value);
  ++identity_.generation;
}

Result<void> Credentials::RefreshToken() {
  auto text = ReadFile(connection_.token_file, std::size_t{1} << 20);
  const std::string token = text ? std::string(Trim(*text)) : std::string();
  if (!token.empty()) {
    token_read_ = now_();
    Change(identity_.authorization, "Bearer " + token);
    return {};
  }
  // The literal token, if there is one, stands in as client-go lets it.
  if (!identity_.authorization.empty())
    return {};
  if (text)
    return InvalidInput("token file " + connection_.token_file + " is empty");
  return WithContext(std::move(text.error().SetCode(ErrorCode::kInvalidInput)), "reading the token");
}

void Credentials::RefreshCertificate() {
  certificate_read_ = now_();
  auto certificate = ReadFile(connection_.client_cert_file);
  auto key = ReadFile(connection_.client_key_file.empty() ? connection_.client_cert_file : connection_.client_key_file);
  const bool whole = certificate && key && certificate->find("-----END CERTIFICATE-----") != std::string::npos &&
                     key->find("PRIVATE KEY-----") != std::string::npos;
  if (!whole)
    return;
  Change(identity_.client_cert_pem, std::move(*certificate));
  Change(identity_.client_key_pem, std::move(*key));
}

Result<void> Credentials::RefreshPlugin(const Bound& bound) {
  if (plugin_credential_ && (!plugin_credential_->expires || now_() <= *plugin_credential_->expires))
    return {};
  KT_ASSIGN(plugin_credential_, RunExecPlugin(connection_, environment_, terminal_, bound));
  Change(identity_.authorization, plugin_credential_->token.empty() ? "" : "Bearer " + plugin_credential_->token);
  Change(identity_.client_cert_pem, plugin_credential_->client_cert_pem);
  Change(identity_.client_key_pem, plugin_credential_->client_key_pem);
  return {};
}

}  // namespace kontrakt::kube
