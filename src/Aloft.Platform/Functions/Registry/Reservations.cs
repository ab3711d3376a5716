using System.Collections.Frozen;

namespace Aloft.Platform.Functions.Registry;

/// <summary>All reserved concurrency at one moment. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html</summary>
internal sealed class Reservations(IEnumerable<(FunctionKey Key, int Reserved)> all)
{
    public static readonly Reservations None = new([]);

    readonly FrozenDictionary<FunctionKey, int> byFunction = all.ToFrozenDictionary(one => one.Key, one => one.Reserved);

    readonly FrozenDictionary<(string Account, string Region), int> totals = all
        .GroupBy(one => (one.Key.Account, one.Key.Region))
        .ToFrozenDictionary(group => group.Key, group => group.Sum(one => one.Reserved));

    public int? Of(FunctionKey key) => byFunction.TryGetValue(key, out var reserved) ? reserved : null;

    public int Total(string account, string region) => totals.GetValueOrDefault((account, region));
}
