using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Iam;

/// <summary>Who a request comes from, as far as the authentication mode demands that it be shown.</summary>
/// <param name="PrincipalArn">An account's root, or a session: <c>arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION</c>.</param>
public sealed record Caller(string Account, string Region, string PrincipalArn)
{
    /// <summary>An access key id of 12 digits is an account; any other belongs to the default account.</summary>
    internal static string AccountOf(string accessKeyId) => IsAccount(accessKeyId) ? accessKeyId : RequestContext.DefaultAccount;

    internal static bool IsAccount(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);

    internal static Caller Root(string account, string region) => new(account, region, Arn.RootOf(account, region).ToString());
}
