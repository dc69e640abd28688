using System.Text;
using Precinto.Fuzz;
using Xunit;

namespace Precinto.Tests.Fuzzing;

/// <summary>The fuzzer finds what it is there to find, and its seeds are what they say; every target is fed for a moment here and for longer by eng/fuzz.sh.</summary>
public sealed class FuzzTests
{
    private static readonly Corpus Seeds = Corpus.Find();

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Fact]
    public void Every_target_has_a_folder_of_seeds_and_every_folder_a_target() =>
        Assert.Equal(FuzzTargets.All.Select(target => target.Name).Order(StringComparer.Ordinal), Seeds.Folders.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_seed_is_small_and_of_the_kind_that_its_folder_says(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);
        var seeds = Seeds.SeedsOf(name);
        Assert.NotEmpty(seeds);
        Assert.All(seeds, seed => Assert.True(seed.Bytes.Length <= 4096 && target.Accepts(seed), $"{name}/{seed.Name} is not of its kind, or too large."));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_seeds_and_what_is_made_of_them_break_no_promise(string name)
    {
        FuzzSession session = new(FuzzTargets.All.Single(target => target.Name == name), Seeds.SeedsOf(name), number: 20261123);
        session.Run(1000, TimeSpan.FromSeconds(2));
        Assert.True(session.Count > Seeds.SeedsOf(name).Count && session.Ways > 1);
        Assert.True(session.Failures.Count == 0, string.Join('\n', session.Failures.Select(failure => $"{failure.Reason}\n{Convert.ToBase64String(failure.Input)}")));
    }

    [Fact]
    public void The_same_number_gives_the_same_inputs()
    {
        Assert.Equal(InputsOf(1), InputsOf(1));
        Assert.NotEqual(InputsOf(1), InputsOf(2));

        static List<string> InputsOf(int number)
        {
            List<string> inputs = [];
            FuzzSession session = new(new PlantedTarget(_ => { }), [PlantedTarget.Seed], number) { Announce = input => inputs.Add(Convert.ToHexString(input.Bytes)) };
            session.Run(200, TimeSpan.FromMinutes(1));
            return inputs;
        }
    }

    [Fact]
    public void An_exception_that_is_not_documented_is_found_by_way_of_what_was_learned()
    {
        // Three bytes at once are out of reach for chance; one after the other they show a new way each.
        var found = Feed(bytes =>
        {
            if (PlantedTarget.Depth(bytes) == 3)
                GC.KeepAlive(bytes[bytes.Length]);
        });
        Assert.Equal(3, PlantedTarget.Depth(found.Input));
        Assert.StartsWith("IndexOutOfRangeException: ", found.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_allocation_from_a_number_in_the_file_is_found() =>
        Assert.Contains("allocated", Feed(bytes => GC.KeepAlive(new byte[bytes.Length > 0 && bytes[0] == 0xFF ? 64 << 20 : 1])).Reason, StringComparison.Ordinal);

    [Fact]
    public void Two_answers_to_one_question_are_found()
    {
        var count = 0;
        PlantedTarget target = new(_ => { }, () => ++count);
        Assert.Contains("two answers", Assert.Throws<FuzzFailureException>(() => target.Check([1], "x", twice: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_changes_its_input_is_found() =>
        Assert.Contains("changed", Assert.Throws<FuzzFailureException>(() => new PlantedTarget(bytes => bytes[0]++).Check([1], "x", twice: false)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_seed_of_another_kind_is_refused() =>
        Assert.Throws<FuzzFailureException>(() => new FuzzSession(new PlantedTarget(_ => { }), [new("x", [])], 1));

    private static FuzzFailure Feed(Action<byte[]> read)
    {
        FuzzSession session = new(new PlantedTarget(read), [PlantedTarget.Seed], number: 3);
        session.Run(200_000, TimeSpan.FromSeconds(30));
        return Assert.Single(session.Failures);
    }

    /// <summary>A reader with a fault that was put there.</summary>
    private sealed class PlantedTarget(Action<byte[]> read, Func<int>? answer = null) : FuzzTarget("planted")
    {
        public static Seed Seed => new("seed.bin", Encoding.ASCII.GetBytes("0123456789abcdef"));

        public static int Depth(byte[] bytes) => bytes is [_, 0x80, 0x41, 0x7F, ..] ? 3 : bytes is [_, 0x80, 0x41, ..] ? 2 : bytes is [_, 0x80, ..] ? 1 : 0;

        public override bool Accepts(Seed seed) => seed.Bytes.Length > 0;

        public override Answer Read(byte[] bytes, string name)
        {
            read(bytes);
            return new($"{answer?.Invoke()}", $"{Depth(bytes)}");
        }
    }
}
