using System.Diagnostics;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Verification;

/// <summary>Trust that lies with the model is refused, under whatever name and path it is reached.</summary>
public sealed class TrustWhereaboutsTests
{
    [Theory]
    [InlineData("key.pub", true)]
    [InlineData("vocabulary/key.pub", true)]
    [InlineData("key.pub", false)]
    public async Task A_hard_link_of_a_file_of_the_model_is_no_trust(string name, bool inFolder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Hard links are told by their inodes on Linux.");
        using var model = await (inFolder ? SignedModel.InFolder() : SignedModel.File());
        File.WriteAllText(model[name], model.Key.PublicKey.ToPem());
        Directory.CreateDirectory(model.Outside("trust"));
        Link(model[name], model.Outside("trust/key.pub"));
        TrustPolicy policy = new() { Signers = model.Policy.Signers, Sources = [model.Outside("trust/key.pub")], AllowExtraFiles = true };

        var check = (await model.Verify(policy))[CheckName.Signature];
        Assert.Equal(["SIG006"], check.Codes);
        Assert.Contains("under another name", check.Detail, StringComparison.Ordinal);

        // A copy is another file, and so is one that has other names elsewhere.
        File.Delete(model.Outside("trust/key.pub"));
        File.Copy(model[name], model.Outside("trust/key.pub"));
        Link(model.Outside("trust/key.pub"), model.Outside("trust/again.pub"));
        Assert.Equal(Verdict.Trusted, (await model.Verify(policy)).Verdict);
    }

    [Fact]
    public async Task A_link_out_of_the_model_is_no_trust_either()
    {
        using var model = await SignedModel.InFolder();
        Directory.CreateDirectory(model.Outside("trust"));
        File.WriteAllText(model.Outside("trust/key.pub"), model.Key.PublicKey.ToPem());
        Directory.CreateSymbolicLink(model["trust"], model.Outside("trust"));
        TrustPolicy policy = new() { Signers = model.Policy.Signers, Sources = [model["trust/key.pub"]], IgnoredPaths = ["trust"] };

        Assert.Equal(["SIG006"], (await model.Verify(policy))[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task A_key_beside_the_folder_of_the_model_is_trust()
    {
        using var model = await SignedModel.InFolder();
        File.WriteAllText(model.Outside("key.pub"), model.Key.PublicKey.ToPem());
        Assert.Equal(Verdict.Trusted, (await model.Verify(new() { Signers = model.Policy.Signers, Sources = [model.Outside("key.pub")] })).Verdict);
    }

    private static void Link(string target, string name)
    {
        using var process = Process.Start("ln", [target, name]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
