using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LiftLab.Web.Storage.Migrations
{
    /// <summary>Adds to runs who has started them, and to datasets who has added them.</summary>
    public partial class Owners : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(name: "StartedBy", table: "Runs", nullable: true);
            migrationBuilder.AddColumn<string>(name: "AddedBy", table: "Datasets", nullable: true);
            migrationBuilder.CreateIndex(name: "IX_Runs_StartedBy_CreatedUtc", table: "Runs", columns: ["StartedBy", "CreatedUtc"]);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "IX_Runs_StartedBy_CreatedUtc", table: "Runs");
            migrationBuilder.DropColumn(name: "StartedBy", table: "Runs");
            migrationBuilder.DropColumn(name: "AddedBy", table: "Datasets");
        }
    }
}
