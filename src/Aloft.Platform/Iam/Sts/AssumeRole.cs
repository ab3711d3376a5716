using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Iam.Sts;

/// <summary>
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html. There are no roles to look up yet, so any role of any
/// account is granted to an account's root, and any of its own account to a session.
/// </summary>
sealed partial class AssumeRole(SessionCredentials sessions)
{
    internal ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var members = request.Body;
        var roleArn = members.RequiredString("RoleArn", min: 20, max: 2048);
        var sessionName = members.RequiredString("RoleSessionName", min: 2, max: 64, pattern: SessionName());
        var seconds = members.OptionalInt("DurationSeconds", min: Limits.ShortestSessionSeconds, max: Limits.LongestSessionSeconds);
        members.Done();

        if (!Arn.TryParse(roleArn, out var role) || role.Service != "iam"
            || !Caller.IsAccount(role.Account) || !RoleResource().IsMatch(role.Resource))
            throw new ApiError("ValidationError", 400, $"{roleArn} is invalid");
        var caller = request.Context;
        var isChained = caller.PrincipalArn.Contains(":assumed-role/", StringComparison.Ordinal);
        if (isChained && role.Account != caller.Account)
            throw new ApiError(
                "AccessDenied", 403, $"User: {caller.PrincipalArn} is not authorized to perform: sts:AssumeRole on resource: {roleArn}");
        if (isChained && seconds > Limits.LongestChainedSessionSeconds)
            throw new ApiError(
                "ValidationError", 400, "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");

        var name = AssumedRole.NameIn(roleArn);
        var lifetime = TimeSpan.FromSeconds(seconds ?? Limits.DefaultSessionSeconds);
        var session = sessions.Issue(role.Account, AssumedRole.ArnOf(role.Partition, role.Account, name, sessionName), lifetime);
        return new(ApiResponse.Ok(new JsonObject
        {
            ["Credentials"] = new JsonObject
            {
                ["AccessKeyId"] = session.Credentials.AccessKeyId,
                ["SecretAccessKey"] = session.Credentials.SecretAccessKey,
                ["SessionToken"] = session.Credentials.SessionToken,
                ["Expiration"] = $"{session.Expires.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}",
            },
            ["AssumedRoleUser"] = new JsonObject
            {
                ["AssumedRoleId"] = $"{AssumedRole.IdOf(role.Account, name)}:{sessionName}",
                ["Arn"] = session.PrincipalArn,
            },
        }));
    }

    [GeneratedRegex(@"^[\w+=,.@-]*\z", RegexOptions.ECMAScript)]
    private static partial Regex SessionName();

    [GeneratedRegex(@"^role/([!-~]{1,510}/)?[\w+=,.@-]{1,64}\z", RegexOptions.ECMAScript)]
    private static partial Regex RoleResource();
}
