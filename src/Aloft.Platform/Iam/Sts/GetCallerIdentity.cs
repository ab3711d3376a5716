using System.Text.Json.Nodes;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Iam.Sts;

/// <summary>https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html</summary>
static class GetCallerIdentity
{
    internal static ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        request.Body.Done();
        var caller = request.Context;
        return new(ApiResponse.Ok(new JsonObject
        {
            ["Arn"] = caller.PrincipalArn,
            ["UserId"] = UserId(caller),
            ["Account"] = caller.Account,
        }));
    }

    /// <summary>The account for its root; <c>AROA…:SESSION</c> for a session.</summary>
    static string UserId(RequestContext caller) =>
        Arn.TryParse(caller.PrincipalArn, out var arn) && arn.Resource.Split('/') is ["assumed-role", var role, var session]
            ? $"{AssumedRole.IdOf(caller.Account, role)}:{session}"
            : caller.Account;
}
