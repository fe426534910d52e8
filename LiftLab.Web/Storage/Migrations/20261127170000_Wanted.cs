using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LiftLab.Web.Storage.Migrations
{
    /// <summary>Adds to a run the launcher that it is to be submitted to.</summary>
    public partial class Wanted : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.AddColumn<string>(name: "Wanted", table: "Runs", nullable: true);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropColumn(name: "Wanted", table: "Runs");
    }
}
