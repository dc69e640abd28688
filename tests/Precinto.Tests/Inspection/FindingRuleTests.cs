using System.Reflection;
using System.Text.RegularExpressions;
using Precinto.Inspection;
using Precinto.Scans;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.OpenPgp;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Inspection;

/// <summary>Codes are what programs and people rely on: each means one thing for ever.</summary>
public sealed partial class FindingRuleTests
{
    private static readonly FindingRule[] Listed = [.. Inspector.Rules, .. CheckRules.All, .. OpenPgpRules.All, .. CertificateRules.All, .. ScanRules.All];

    [Fact]
    public void No_two_rules_have_the_same_code() =>
        Assert.Empty(Listed.GroupBy(rule => rule.Code).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void A_code_is_three_letters_and_three_digits() => Assert.All(Listed, rule => Assert.Matches(Code(), rule.Code));

    [Fact]
    public void Every_rule_says_what_it_is_about() => Assert.All(Listed, rule => Assert.False(string.IsNullOrWhiteSpace(rule.Title), rule.Code));

    [Fact]
    public void No_rule_is_left_out_of_its_list() => Assert.Empty(Declared().Except(Listed).Select(rule => rule.Code));

    [Fact]
    public void No_rule_is_listed_that_is_declared_nowhere() => Assert.Empty(Listed.Except(Declared()).Select(rule => rule.Code));

    [Fact]
    public void The_letters_of_a_code_belong_to_one_class_only()
    {
        var classesByLetters = RuleClasses().SelectMany(type => RulesOf(type).Select(rule => (Letters: rule.Code[..3], type.Name))).Distinct();

        Assert.Empty(classesByLetters.GroupBy(pair => pair.Letters).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    private static IEnumerable<FindingRule> Declared() => RuleClasses().SelectMany(RulesOf);

    private static IEnumerable<Type> RuleClasses() => typeof(Inspector).Assembly.GetTypes().Where(type => RulesOf(type).Any());

    private static IEnumerable<FindingRule> RulesOf(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => field.FieldType == typeof(FindingRule) && !type.ContainsGenericParameters)
            .Select(field => (FindingRule)field.GetValue(null)!);

    [GeneratedRegex("^[A-Z]{3}[0-9]{3}$")]
    private static partial Regex Code();
}
