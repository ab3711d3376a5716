using System.Collections.Frozen;
using Aloft.Platform.Functions.Provisioning;

namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// All reserved and provisioned concurrency at one moment. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
/// </summary>
internal sealed class Reservations
{
    public static readonly Reservations None = new([], []);

    readonly FrozenDictionary<FunctionKey, FunctionConcurrency> byFunction;
    readonly FrozenDictionary<(string Account, string Region), int> claimed;

    public Reservations(IEnumerable<(FunctionKey Key, int Reserved)> reserved, IEnumerable<ProvisionedShares> provisioned)
    {
        Provisioned = provisioned
            .SelectMany(shares => shares.Versions, (shares, share) => (shares.Config.Function, share.Version, share.Count))
            .GroupBy(share => (share.Function, share.Version))
            .ToFrozenDictionary(group => group.Key, group => group.Sum(share => share.Count));

        var functions = reserved.ToDictionary(one => one.Key, one => new FunctionConcurrency(one.Reserved, FunctionConcurrency.Nothing));
        foreach (var group in Provisioned.GroupBy(one => one.Key.Function))
            functions[group.Key] = new(
                functions.GetValueOrDefault(group.Key)?.Reserved, group.ToFrozenDictionary(one => one.Key.Version, one => one.Value));
        byFunction = functions.ToFrozenDictionary();
        claimed = functions
            .GroupBy(one => (one.Key.Account, one.Key.Region))
            .ToFrozenDictionary(group => group.Key, group => group.Sum(one => one.Value.Claimed));
    }

    /// <summary>How many instances each version is to have initialised.</summary>
    public FrozenDictionary<(FunctionKey Function, string Version), int> Provisioned { get; }

    /// <summary>Null where nothing is set for the function.</summary>
    public FunctionConcurrency? Of(FunctionKey key) => byFunction.GetValueOrDefault(key);

    /// <summary>What the functions of an account and region have taken for themselves.</summary>
    public int Claimed(string account, string region) => claimed.GetValueOrDefault((account, region));
}

/// <summary>What is set for one function.</summary>
/// <param name="Reserved">Null where it shares in what is unreserved.</param>
/// <param name="Provisioned">By version; empty for most.</param>
internal sealed record FunctionConcurrency(int? Reserved, FrozenDictionary<string, int> Provisioned)
{
    public static readonly FrozenDictionary<string, int> Nothing = FrozenDictionary<string, int>.Empty;

    public int TotalProvisioned { get; } = Provisioned.Values.Sum();

    /// <summary>What no other function can use: provisioned concurrency is part of what is reserved.</summary>
    public int Claimed => Reserved ?? TotalProvisioned;
}
