#include "cmd/chain/push_flags.h"

#include "lib/base/strings.h"

namespace kontrakt {

void PushFlags::AddTo(cli::OptionSet& set) {
  const auto group = set.Group("Promotion");
  set.Add("tag", "a tag that is to point to the tested digest", &options.tags).Value("TAG");
  set.Add("to", "another repository; ends with a slash: below it, under each image's own name", &options.to)
      .Value("HOST/PATH");
  set.Add("allow-to", "where annotations may promote to, beside KO_DOCKER_REPO", &options.allow_to).Value("HOST/PATH");
  set.Add("per-kontrakt", "promote what passed although others did not", &options.per_kontrakt);
  set.Add("no-overwrite", "refuse where a tag points elsewhere already; checked, not atomic", &options.no_overwrite);
  set.Add("if-tag-is", "refuse unless the tag points to this digest; checked, not atomic", &options.if_tag_is)
      .Value("DIGEST");
  set.Add("require-platform", "refuse an index that lacks it", &options.require_platform).Value("OS/ARCH");
  set.Add("referrers", "signatures and attestations that travel along", &options.referrers);
  set.Add("images-file", "write what was promoted, one a line", &images_file).ResultFile();
  set.Add("image-url-file", "write the one image's repository", &image_url_file).ResultFile();
  set.Add("image-digest-file", "write the one image's digest", &image_digest_file).ResultFile();
}

Result<void> PushFlags::WriteFiles(const PushReport& report, cli::Output& out) const {
  KT_TRY(out.WriteValueFile("images-file", images_file, Join(report.Images(), "\n")));
  const auto one = report.TheOneImage();
  KT_TRY(out.WriteValueFile("image-url-file", image_url_file, one ? one->url : ""));
  return out.WriteValueFile("image-digest-file", image_digest_file, one ? one->digest : "");
}

}  // namespace kontrakt
