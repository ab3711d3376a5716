using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Lambda.Development;
using Aloft.Platform.Lambda.History;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>
/// The table of Aloft's own operations, which AWS has nothing alike for: past invocations, and code that is being developed. They are signed,
/// dispatched and refused as AWS's are; the service's name in the signature is <c>aloft</c>.
/// </summary>
public static class AloftOperations
{
    public static ServiceDefinition Define(
        InvocationHistory history, DevLoop development, FunctionRegistry registry, CodeStore code, Invoker invoker, TimeProvider time) =>
        new("aloft", "Aloft", [Protocol.RestJson], TargetPrefix: null, "2026-01-01",
        [
            new("ListInvocations", "GET /_aloft/invocations", "aloft:ListInvocations", new ListInvocations(history, time).Handle),
            new("GetInvocation", "GET /_aloft/invocations/{RequestId}", "aloft:GetInvocation", new GetInvocation(history, registry, code).Handle),
            new("GetInvocationEvent", "GET /_aloft/invocations/{RequestId}/event", "aloft:GetInvocation", new GetInvocationEvent(history).Handle),
            new("ReplayInvocation", "POST /_aloft/invocations/{RequestId}/replay",
                "aloft:ReplayInvocation", new ReplayInvocation(history, registry, code, invoker).Handle),
            new("GetBill", "GET /_aloft/bill", "aloft:GetBill", new GetBill(history, time).Handle),

            new("BeginDevSession", "PUT /_aloft/dev/{FunctionName}", "aloft:BeginDevSession", new BeginDevSession(development).Handle),
            new("ChangeDevSession", "POST /_aloft/dev/{FunctionName}/{SessionId}", "aloft:ChangeDevSession", new ChangeDevSession(development).Handle)
                { MaxBodyBytes = Functions.Development.Limits.ChangeBodyBytes },
            new("RenewDevSession", "GET /_aloft/dev/{FunctionName}/{SessionId}", "aloft:RenewDevSession", new RenewDevSession(development).Handle),
            new("EndDevSession", "DELETE /_aloft/dev/{FunctionName}/{SessionId}", "aloft:EndDevSession", new EndDevSession(development).Handle),
        ]);
}
