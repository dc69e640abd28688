using Precinto.Scans;
using Xunit;

namespace Precinto.Tests.Scans;

public sealed class PackageUrlTests
{
    [Theory]
    [InlineData("pkg:apk/alpine/zlib", "pkg:apk/alpine/zlib@1.3.1-r2?arch=x86_64", true)]
    [InlineData("pkg:apk/alpine/zlib@1.3.1-r2", "pkg:apk/alpine/zlib@1.3.1-r2?arch=x86_64", true)]
    [InlineData("pkg:apk/alpine/zlib?arch=x86_64", "pkg:apk/alpine/zlib@1.3.1-r2?arch=x86_64&distro=3.22", true)]
    [InlineData("pkg:apk/alpine/zlib?arch=x86_64", "pkg:apk/alpine/zlib@1.3.1-r2?arch=aarch64", false)]
    [InlineData("pkg:apk/alpine/zlib@1.3.1-r2?arch=x86_64", "pkg:apk/alpine/zlib@1.3.1-r2", false)]
    [InlineData("pkg:apk/alpine/zlib", "pkg:apk/alpine/zlib-ng@2.2.4", false)]
    [InlineData("pkg:apk/alpine/zlib", "pkg:apk/wolfi/zlib@1.3.1-r2", false)]
    [InlineData("pkg:apk/zlib", "pkg:apk/alpine/zlib@1.3.1-r2", false)]
    [InlineData("pkg:apk/alpine", "pkg:apk/alpine/zlib@1.3.1-r2", false)]
    [InlineData("pkg:npm/zlib", "pkg:npm/%40evil/zlib@1.0.0", false)]
    [InlineData("pkg:npm/lodash", "pkg:pypi/lodash@1.0.0", false)]
    [InlineData("pkg:npm/%40scope/name", "pkg:npm/@scope/name@1.0.0", true)]
    [InlineData("pkg:npm/@scope/name", "pkg:npm/%40scope/name@1.0.0", true)]
    [InlineData("pkg:NPM/%40scope/name@1.0.0", "pkg:npm/%40scope/name@1.0.0", true)]
    [InlineData("pkg:npm/%40scope/name@1.0", "pkg:npm/%40scope/name@1.0.0", false)]
    [InlineData("pkg:golang/example.org/a@v1", "pkg:golang/example.org/a@v1#sub", true)]
    [InlineData("pkg:golang/example.org/a@v1#sub", "pkg:golang/example.org/a@v1", false)]
    [InlineData("pkg:deb/debian/libidn2-0@2.0.5-1%2Bdeb10u1", "pkg:deb/debian/libidn2-0@2.0.5-1+deb10u1", true)]
    public void A_package_is_named_part_by_part(string rule, string found, bool isCovered) =>
        Assert.Equal(isCovered, PackageUrl.TryParse(rule)!.Covers(PackageUrl.TryParse(found)!));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("zlib")]
    [InlineData("pkg:")]
    [InlineData("pkg:npm")]
    [InlineData("pkg:npm/")]
    [InlineData("pkg:/zlib")]
    [InlineData("pkg:npm/@1.0.0")]
    [InlineData("pkg:npm//name")]
    [InlineData("pkg:npm/name@")]
    [InlineData("pkg:npm/name?")]
    [InlineData("pkg:npm/name?a")]
    [InlineData("pkg:npm/name?a=")]
    [InlineData("pkg:npm/name?a=1&A=2")]
    [InlineData("pkg:npm/name#")]
    [InlineData("PKG:npm/name")]
    public void What_names_no_package_is_none(string? text) => Assert.Null(PackageUrl.TryParse(text));

    [Fact]
    public void What_is_longer_than_any_is_none() => Assert.Null(PackageUrl.TryParse("pkg:npm/" + new string('/', 5000)));

    [Theory]
    [InlineData("pkg:npm/zlib", "pkg:npm/%40evil/zlib@1.0.0", ScanVerdict.Failed)]
    [InlineData("pkg:npm/zlib", "pkg:npm/@evil/zlib", ScanVerdict.Failed)]
    [InlineData("pkg:npm/zlib", "npm/zlib", ScanVerdict.Failed)]
    [InlineData("pkg:npm/zlib", "pkg:npm/zlib@1.0.0", ScanVerdict.Passed)]
    public void An_exception_for_a_package_is_none_for_another(string rule, string found, ScanVerdict verdict)
    {
        var report = Reports.With(Reports.Image(), "/Results/0/Vulnerabilities/0/PkgIdentifier/PURL", $"\"{found}\"");
        ScanPolicy policy = new() { Ignored = [new() { Id = "CVE-2099-1001", Reason = "why", Expires = new(2099, 1, 1), PackageUrl = rule }] };

        Assert.Equal(verdict, Reports.Decide(report, policy).Verdict);
    }

    [Fact]
    public void Many_rules_and_many_findings_do_not_multiply()
    {
        const int Many = 20_000;
        var one = """{ "VulnerabilityID": "CVE-2099-7", "Severity": "HIGH", "PkgName": "a", "PkgIdentifier": { "PURL": "pkg:npm/a@1" } }""";
        var report = Reports.With(Reports.Image(), "/Results/0/Vulnerabilities", $"[ {string.Join(',', Enumerable.Repeat(one, Many))} ]");
        ScanPolicy policy = new()
        {
            Ignored =
            [
                .. Enumerable.Range(0, Many).Select(index => new IgnoredFinding { Id = $"CVE-2098-{index}", Reason = "why", Expires = new(2099, 1, 1) }),
                .. Enumerable.Range(0, 1000).Select(index => new IgnoredFinding { Id = "CVE-2099-7", Reason = "why", Expires = new(2099, 1, 1), PackageUrl = $"pkg:npm/a@2.{index}" }),
            ],
        };

        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(ScanVerdict.Failed, Reports.Decide(report, policy).Verdict);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }
}
