using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda.History;

/// <summary>
/// Aloft's own operations on past invocations: AWS has none. They are signed, dispatched and refused as AWS's are; the service's name in the
/// signature is <c>aloft</c>.
/// </summary>
public static class Operations
{
    public static ServiceDefinition Define(
        InvocationHistory history, FunctionRegistry registry, CodeStore code, Invoker invoker, TimeProvider time) =>
        new("aloft", "Aloft", [Protocol.RestJson], TargetPrefix: null, "2026-01-01",
        [
            new("ListInvocations", "GET /_aloft/invocations", "aloft:ListInvocations", new ListInvocations(history, time).Handle),
            new("GetInvocation", "GET /_aloft/invocations/{RequestId}", "aloft:GetInvocation", new GetInvocation(history, registry, code).Handle),
            new("GetInvocationEvent", "GET /_aloft/invocations/{RequestId}/event", "aloft:GetInvocation", new GetInvocationEvent(history).Handle),
            new("ReplayInvocation", "POST /_aloft/invocations/{RequestId}/replay",
                "aloft:ReplayInvocation", new ReplayInvocation(history, registry, code, invoker).Handle),
            new("GetBill", "GET /_aloft/bill", "aloft:GetBill", new GetBill(history, time).Handle),
        ]);
}
