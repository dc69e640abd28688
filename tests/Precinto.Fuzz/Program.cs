using System.Globalization;
using Precinto.Fuzz;

// Precinto.Fuzz [--seconds N] [--seed N] [--failures FOLDER] [--replay FILE] [TARGET…]
// Exit codes: 0 nothing broke, 1 something did, 2 used wrongly.
var seconds = 60;
var number = Environment.ProcessId;
var folder = "artifacts/fuzz";
string? replay = null;
List<string> wanted = [];
for (var index = 0; index < args.Length; index++)
{
    var next = index + 1 < args.Length ? args[index + 1] : "";
    switch (args[index])
    {
        case "--list":
            foreach (var target in FuzzTargets.All)
                Console.WriteLine(target.Name);
            return 0;
        case "--seconds" when int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds > 0:
        case "--seed" when int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out number):
            index++;
            break;
        case "--failures" when next.Length > 0:
            folder = args[++index];
            break;
        case "--replay" when next.Length > 0:
            replay = args[++index];
            break;
        case var name when FuzzTargets.All.Any(target => target.Name == name):
            wanted.Add(name);
            break;
        default:
            Console.Error.WriteLine($"'{args[index]}' is neither an option with its value nor a target; --list names the targets.");
            return 2;
    }
}

var targets = FuzzTargets.All.Where(target => wanted.Count == 0 || wanted.Contains(target.Name)).ToArray();
var corpus = Corpus.Find();
if (replay is not null)
    return Replay(targets, corpus, replay);

Directory.CreateDirectory(folder);
var failed = 0;
long count = 0;
Console.WriteLine($"Seed {number}: {targets.Length} targets, {seconds} s in all.");
foreach (var target in targets)
{
    var running = Path.Combine(folder, target.Name + ".running");
    RunningInput? input = null;
    using RunningInput opened = new(running, () =>
    {
        var saved = Save(folder, new(target.Name, "input", input!.Read(), ""));
        Console.Error.WriteLine($"{target.Name}: an input takes longer than a minute, see {saved}");
        Environment.Exit(1);
    });
    input = opened;

    FuzzSession session = new(target, corpus.SeedsOf(target.Name), number) { Announce = input.Announce };
    session.Run(long.MaxValue, TimeSpan.FromSeconds((double)seconds / targets.Length));
    count += session.Count;
    Console.WriteLine($"{target.Name,-24} {session.Count,10} inputs {session.Ways,6} ways {session.Failures.Count,3} failures");
    foreach (var failure in session.Failures)
    {
        failed++;
        Console.Error.WriteLine($"{target.Name}: {Save(folder, failure)} (seed {number})\n  {failure.Reason}");
    }

    opened.Dispose();
    File.Delete(running);
}

Console.WriteLine($"{count} inputs, {failed} failures.");
return failed == 0 ? 0 : 1;

static string Save(string folder, FuzzFailure failure)
{
    var path = Path.Combine(folder, $"{failure.Target}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(failure.Input))[..12]}-{failure.Name}");
    File.WriteAllBytes(path, failure.Input);
    return path;
}

static int Replay(FuzzTarget[] targets, Corpus corpus, string path)
{
    if (targets.Length != 1)
    {
        Console.Error.WriteLine("To replay a file, name its target.");
        return 2;
    }

    foreach (var seed in corpus.SeedsOf(targets[0].Name))
        targets[0].Accepts(seed);
    try
    {
        Console.WriteLine(targets[0].Check(File.ReadAllBytes(path), Path.GetFileName(path), twice: true).Text);
        return 0;
    }
    catch (FuzzFailureException failure)
    {
        Console.Error.WriteLine($"{failure.Message}\n{failure.InnerException?.StackTrace}");
        return 1;
    }
}
