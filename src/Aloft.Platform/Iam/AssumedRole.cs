using System.Security.Cryptography;
using System.Text;
using Aloft.Wire;

namespace Aloft.Platform.Iam;

/// <summary>The names of a role in use. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html</summary>
static class AssumedRole
{
    /// <summary>Roles may stand in a path; sessions drop it: <c>arn:aws:iam::1:role/service/Reader</c> is <c>Reader</c>.</summary>
    internal static string NameIn(string roleArn) => roleArn[(roleArn.LastIndexOf('/') + 1)..];

    internal static string ArnOf(string partition, string account, string role, string session) =>
        new Arn(partition, "sts", "", account, $"assumed-role/{role}/{session}").ToString();

    /// <summary>The unique id that AWS gives a role: here always the same for the same name.</summary>
    internal static string IdOf(string account, string role) =>
        "AROA" + Base32.Text(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}/{role}")), 17);
}
