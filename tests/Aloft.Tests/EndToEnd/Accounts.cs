namespace Aloft.Tests.EndToEnd;

/// <summary>An account of its own for each test: an access key of twelve digits is an account.</summary>
internal static class Accounts
{
    static int last = 100_000;

    public static string Next() => FormattableString.Invariant($"{100_000_000_000 + Interlocked.Increment(ref last)}");
}
