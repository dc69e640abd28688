using System.Text;
using Precinto.Files;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Files;

public sealed class FilesTests
{
    [Fact]
    public void Sealed_memory_can_neither_be_written_nor_resized()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Seals are Linux's.");
        using SealedMemory memory = new();
        using var content = ModelContent.FromBytes("weights"u8.ToArray());
        var piece = memory.Append(content, TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(() => memory[piece]);
        memory.Seal();
        Assert.Throws<InvalidOperationException>(() => memory.Append(content, TestContext.Current.CancellationToken));

        var paths = Directory.EnumerateFiles("/proc/self/fd").Where(path => new FileInfo(path).LinkTarget?.Contains("precinto-model", StringComparison.Ordinal) == true).ToArray();
        Assert.NotEmpty(paths);
        foreach (var path in paths)
        {
            using var file = TryOpen(path);
            if (file is null)
                continue;
            Assert.ThrowsAny<Exception>(() => RandomAccess.Write(file, "x"u8, 0));
            Assert.ThrowsAny<Exception>(() => RandomAccess.SetLength(file, 1));
            Assert.ThrowsAny<Exception>(() => RandomAccess.SetLength(file, 1 << 20));
        }

        Assert.Equal("weights", Encoding.ASCII.GetString(memory[piece].ToArray()));
    }

    [Fact]
    public void A_new_file_never_replaces_or_writes_through_anything_unless_told()
    {
        using TemporaryFolder folder = new();
        var path = folder.Write("taken", "old");
        Assert.Throws<OutputExistsException>(() => NewFile.Write(path, "new"u8, overwrite: false));
        Assert.Equal("old", File.ReadAllText(path));

        File.CreateSymbolicLink(folder["dangling"], folder["target"]);
        Assert.Throws<OutputExistsException>(() => NewFile.Write(folder["dangling"], "new"u8, overwrite: false));
        Assert.False(File.Exists(folder["target"]));

        File.CreateSymbolicLink(folder["link"], path);
        NewFile.Write(folder["link"], "new"u8, overwrite: true);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Null(new FileInfo(folder["link"]).LinkTarget);
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.Path), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_exchanged_changed_or_cut_off_after_listing_is_noticed()
    {
        using TemporaryFolder folder = new();
        foreach (var attack in new Action<string>[] { File.Delete, path => { File.Delete(path); File.WriteAllText(path, "12345"); }, path => File.AppendAllText(path, "!"),
            path => { File.Delete(path); File.CreateSymbolicLink(path, "/etc/passwd"); } })
        {
            Directory.CreateDirectory(folder["model"]);
            File.Delete(folder["model/a"]);
            folder.Write("model/a", "12345");
            using var snapshot = Snapshot.Open(folder["model"]);
            attack(folder["model/a"]);
            Assert.Throws<ModelChangedException>(() => snapshot.Files[0].Open());
        }

        File.Delete(folder["model/a"]);
        folder.Write("model/a", new byte[8 << 20]);
        using (var snapshot = Snapshot.Open(folder["model"]))
        using (var opened = snapshot.Files[0].Open())
        {
            using (var file = File.OpenWrite(folder["model/a"]))
                file.SetLength(5);
            Assert.Throws<ModelChangedException>(() => opened.Content.ToArray());
            Assert.Throws<ModelChangedException>(opened.ThrowIfChanged);
        }
    }

    [Fact]
    public void Names_are_sorted_by_code_point_and_empty_folders_leave_no_trace()
    {
        using TemporaryFolder folder = new();
        foreach (var name in new[] { "\U0001F600", "\uFFFD\u0001", "a b", "a/x", "a.b", "line\nbreak" })
            folder.Write("model/" + name, name);
        Directory.CreateDirectory(folder["model/empty/nested"]);
        using var snapshot = Snapshot.Open(folder["model"]);
        Assert.Equal(["a b", "a.b", "a/x", "line\nbreak", "\uFFFD\u0001", "\U0001F600"], snapshot.Files.Select(file => file.Path));
        Assert.Empty(snapshot.Irregularities);
    }

    [Fact]
    public void A_name_that_is_no_UTF8_is_irregular()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no such names.");
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["model"]);
        using (var process = System.Diagnostics.Process.Start("sh", ["-c", "printf x > \"$0/$(printf 'bad\\377')\"", folder["model"]]))
            process.WaitForExit();
        using (var snapshot = Snapshot.Open(folder["model"]))
            Assert.Contains("UTF-8", Assert.Single(snapshot.Irregularities).Reason, StringComparison.Ordinal);
        using (var process = System.Diagnostics.Process.Start("sh", ["-c", "rm \"$0\"/*", folder["model"]]))
            process.WaitForExit();
    }

    [Fact]
    public void More_folders_than_can_stay_open_are_refused()
    {
        using TemporaryFolder folder = new();
        for (var index = 0; index < 1000; index++)
            Directory.CreateDirectory(folder[$"model/{index}"]);
        Assert.Throws<IOException>(() => Snapshot.Open(folder["model"]));
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }
}
